package dev.keylane.daemon.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.Samples;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.sa.Effect;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SaTotalsTest {
    private static final Series ON_CPU_3 = new Series("BFL-BFR", "bf", Resource.cpu(3), false);

    private final SaTotals totals = new SaTotals();
    private final CountingKernel inner = new CountingKernel();
    private final TalliedKernel kernel = new TalliedKernel(inner, totals);

    /** States by what they are called, with as many packets as the test says. */
    private static final class CountingKernel implements XfrmKernel {
        final Map<SaId, Long> packets = new LinkedHashMap<>();
        final List<XfrmRequest> seen = new ArrayList<>();
        Consumer<XfrmEvent> listener = _ -> { };

        @Override
        public String name() {
            return "counting";
        }

        @Override
        public XfrmCapabilities capabilities() {
            return new XfrmCapabilities(true, true, true, true, 4, "");
        }

        @Override
        public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
            seen.addAll(requests);
            return requests.stream().map(this::answer).toList();
        }

        private XfrmAnswer answer(XfrmRequest request) {
            return switch (request) {
                case XfrmRequest.GetSa(SaId id) when packets.containsKey(id) -> new XfrmAnswer.Sa(info(id));
                case XfrmRequest.DelSa(SaId id) when packets.remove(id) != null -> new XfrmAnswer.Done();
                default -> new XfrmAnswer.Refused(new XfrmError("GETSA", 3, "ESRCH", ""));
            };
        }

        SaInfo info(SaId id) {
            long count = packets.get(id);
            return new SaInfo(id, id.destination(), null, SaSpec.Mode.TUNNEL, 1, -1, true,
                    new SaInfo.Counters(count, 100 * count, 1, 2), 0, null, null, false);
        }

        @Override
        public List<SaInfo> dumpSas() {
            return packets.keySet().stream().map(this::info).toList();
        }

        @Override
        public List<PolicyInfo> dumpPolicies() {
            return List.of();
        }

        @Override
        public void listen(Consumer<XfrmEvent> who) {
            listener = who;
        }

        @Override
        public void close() {
        }
    }

    private static SaId in(ChildSa child) {
        return SaId.esp(child.path().local().address(), child.terms().spiIn());
    }

    private static SaId out(ChildSa child) {
        return SaId.esp(child.path().remote().address(), child.terms().spiOut());
    }

    /** Up and in the kernel, with packets in and out. */
    private ChildSnapshot up(long id, Resource resource, long received, long sent) {
        ChildSnapshot child = Samples.child(id, resource);
        ChildSa sa = child.child().sa();
        inner.packets.put(in(sa), received);
        inner.packets.put(out(sa), sent);
        totals.installed(in(sa));
        totals.installed(out(sa));
        IkeSnapshot ike = Samples.ike(1, child);
        totals.on(new Effect.ChildUp(ike.ike(), child.child()), _ -> false);
        return child;
    }

    private void down(ChildSnapshot child) {
        totals.on(new Effect.ChildDown(Samples.ike(1, child).ike(), child.child(), "rekeyed"), _ -> false);
    }

    private void delete(SaId... ids) {
        List<XfrmRequest> requests = new ArrayList<>();
        for (SaId id : ids) {
            requests.add(new XfrmRequest.DelSa(id));
        }
        assertThat(kernel.submit(requests)).hasSize(ids.length).allMatch(XfrmAnswer.Done.class::isInstance);
    }

    private Carried look() {
        return totals.look(inner.dumpSas()).get(ON_CPU_3);
    }

    @Test
    void aRekeyingAddsUp() {
        ChildSnapshot old = up(1, Resource.cpu(3), 10, 20);
        assertThat(look()).isEqualTo(new Carried(10, 1000, 20, 2000, 1, 2));
        ChildSnapshot fresh = up(2, Resource.cpu(3), 1, 2);
        inner.packets.put(in(old.child().sa()), 15L);
        down(old);
        assertThat(look()).isEqualTo(new Carried(16, 1600, 22, 2200, 2, 4));
        inner.packets.put(in(old.child().sa()), 17L);
        delete(in(old.child().sa()), out(old.child().sa()));
        assertThat(look()).as("with what came between the last look and the deletion")
                .isEqualTo(new Carried(18, 1800, 22, 2200, 2, 4));
        down(fresh);
        delete(out(fresh.child().sa()), in(fresh.child().sa()));
        assertThat(look().receivedPackets()).isEqualTo(18);
        assertThat(inner.packets).isEmpty();
    }

    @Test
    void aReadingFromBeforeADeletionTakesNothingBack() {
        ChildSnapshot old = up(1, Resource.cpu(3), 10, 20);
        List<SaInfo> early = inner.dumpSas();
        inner.packets.put(in(old.child().sa()), 50L);
        look();
        assertThat(totals.look(early).get(ON_CPU_3).receivedPackets()).isEqualTo(50);
        down(old);
        delete(in(old.child().sa()), out(old.child().sa()));
        assertThat(totals.look(early).get(ON_CPU_3).receivedPackets()).isEqualTo(50);
    }

    @Test
    void whatTheKernelRemovedByItselfCountsAsLastSeen() {
        ChildSnapshot child = up(1, Resource.cpu(3), 10, 20);
        look();
        inner.packets.clear();
        kernel.gone(in(child.child().sa()));
        assertThat(look().receivedPackets()).isEqualTo(10);
    }

    @Test
    void removalsOfOthersAreLeftAlone() {
        SaId foreign = SaId.esp(in(Samples.child(9, Resource.NONE).child().sa()).destination(), 77);
        inner.packets.put(foreign, 5L);
        delete(foreign);
        assertThat(inner.seen).containsExactly(new XfrmRequest.DelSa(foreign));
        assertThat(totals.look(inner.dumpSas())).isEmpty();
    }

    @Test
    void aFallbackIsForAnyCpuAndALaneIsNoCpu() {
        ChildSnapshot child = Samples.child(1, Resource.cpu(3));
        assertThat(Series.of(child.child().sa(), true)).returns("any", Series::cpu).returns("3", Series::lane);
        assertThat(Series.of(child.child().sa(), false)).returns("3", Series::cpu).returns("", Series::lane);
        assertThat(Series.of(Samples.child(1, Resource.FALLBACK).child().sa(), false))
                .isEqualTo(Series.of(Samples.child(2, Resource.NONE).child().sa(), false))
                .returns("any", Series::cpu).returns("", Series::lane);
    }

    @Test
    void whatIsConfiguredNoMoreIsForgottenWithItsLastSa() {
        ChildSnapshot child = up(1, Resource.cpu(3), 10, 20);
        totals.keepOnly(_ -> false);
        assertThat(look().receivedPackets()).isEqualTo(10);
        down(child);
        delete(in(child.child().sa()), out(child.child().sa()));
        totals.keepOnly(_ -> true);
        assertThat(look().receivedPackets()).isEqualTo(10);
        totals.keepOnly(_ -> false);
        assertThat(totals.look(List.of())).isEmpty();
    }

    @Test
    void childrenThatNeverCameIntoTheKernelLeaveNothing() {
        ChildSnapshot child = Samples.child(1, Resource.cpu(3));
        totals.on(new Effect.ChildUp(Samples.ike(1, child).ike(), child.child()), _ -> false);
        down(child);
        totals.keepOnly(_ -> false);
        assertThat(totals.look(List.of())).isEmpty();
    }

    @Test
    void lostEventsAreCounted() {
        List<XfrmEvent> heard = new ArrayList<>();
        kernel.listen(heard::add);
        inner.listener.accept(new XfrmEvent.Overrun());
        assertThat(totals.overruns()).isEqualTo(1);
        assertThat(heard).hasSize(1);
    }
}
