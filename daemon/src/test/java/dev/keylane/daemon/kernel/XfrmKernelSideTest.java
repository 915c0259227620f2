package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class XfrmKernelSideTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final AtomicLong ids = new AtomicLong();
    private KernelSide side;
    private CpuSet cpus = CpuSet.first(2);
    private Instant now = Instant.EPOCH.plusSeconds(1_000);

    @BeforeEach
    void open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, (_, _) -> cpus,
                Duration.ofSeconds(30), null, "");
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                settings, Samples.NETWORK, new Random(3), ids::incrementAndGet);
        side.use(Samples.book(Samples.perCpu()));
    }

    @Test
    void aTrapBecomesAFallbackAndThenAnSaForEachCpu() {
        assertThat(side.installTrap(Samples.connection(), Samples.perCpu())).isEmpty();
        PolicyId out = outbound();
        assertThat(kernel.policies.get(out).cpuAcquire()).as("a trap raises none per CPU").isFalse();

        Event.Initiate first = initiate(acquire(out, SaSpec.NO_CPU, 5));
        assertThat(first.connection()).isEqualTo("west");
        assertThat(first.child()).isEqualTo("net");
        assertThat(first.request()).isNegative();
        assertThat(first.path()).isEqualTo(new Path(new IpEndpoint(LEFT, 500), new IpEndpoint(RIGHT, 500)));
        assertThat(first.trigger().resource()).isEqualTo(Resource.NONE);
        assertThat(first.trigger().acquireSeq()).isEqualTo(5);
        assertThat(first.trigger().packet().local()).containsExactly(
                new TrafficSelector(17, 5000, 5000, IpAddress.of("10.1.0.9"), IpAddress.of("10.1.0.9")));
        assertThat(acquire(out, SaSpec.NO_CPU, 6)).as("asked for already").isEmpty();

        up(2, Resource.FALLBACK, 5);
        assertThat(kernel.policies.get(out).cpuAcquire()).as("armed").isTrue();
        assertThat(side.on(new Effect.RequestDone(first.request(), null), now)).isEmpty();

        for (int cpu = 0; cpu < 2; cpu++) {
            Event.Initiate more = initiate(acquire(out, cpu, 10 + cpu));
            assertThat(more.trigger().resource()).isEqualTo(Resource.cpu(cpu));
            assertThat(kernel.policies.get(out).cpuAcquire()).as("disarmed at once").isFalse();
            up(3 + cpu, Resource.cpu(cpu), 10 + cpu);
            assertThat(kernel.sas.get(SaId.esp(RIGHT, 0xd0000003 + cpu)).seq()).isEqualTo(10 + cpu);
            assertThat(kernel.policies.get(out).cpuAcquire()).isEqualTo(cpu == 0);
        }
        assertThat(kernel.sas).hasSize(6);
        side.onTime(now.plusMillis(50));
        assertThat(side.nextTimeout()).isEmpty();
    }

    /** Where an acquire of one CPU has all of them asked for, its SA answers its own request first. */
    @Test
    void aCpuWhoseAcquireWasAnsweredIsNotAskedForAgain() {
        ChildConfig hybrid = Samples.perCpu(PerCpuMode.HYBRID);
        side.use(Samples.book(hybrid));
        ChildLife.up(side, Samples.child(2, hybrid, Resource.FALLBACK, 0), now);
        assertThat(acquire(outbound(), 1, 10)).extracting(event -> ((Event.Initiate) event).trigger().resource().cpu())
                .containsExactly(1, 0);
        ChildSa answer = Samples.child(3, hybrid, Resource.cpu(1), 10);
        side.on(new Effect.InstallChild(answer, Samples.keys(), false), now);
        assertThat(side.on(new Effect.ChildUp(Samples.ike(), Samples.view(answer)), now)).isEmpty();
    }

    @Test
    void theLastSaOfAllRefreshesSockets() {
        up(2, Resource.FALLBACK, 0);
        up(3, Resource.cpu(0), 0);
        kernel.take();
        up(4, Resource.cpu(1), 0);
        assertThat(kernel.take().getLast()).as("flag cleared, which replaces the policy")
                .isEqualTo(new XfrmRequest.UpdPolicy(kernel.policies.get(outbound()).withCpuAcquire(false)));
        up(5, Resource.cpu(1), 0);
        up(6, Resource.cpu(1), 0);
        kernel.take();
        assertThat(side.nextTimeout()).contains(now.plusMillis(50));
        side.onTime(now.plusMillis(50));
        assertThat(kernel.take()).as("replaced by itself, once for both").containsExactly(
                new XfrmRequest.UpdPolicy(kernel.policies.get(outbound())));
    }

    @Test
    void aFullQueueIsRespectedUntilAnSaGoes() {
        up(2, Resource.FALLBACK, 0);
        Event.Initiate more = initiate(acquire(outbound(), 1, 9));
        assertThat(side.on(new Effect.ChildFailed(more.request(), "west", "net", Resource.cpu(1), 9, 48,
                "received TS_MAX_QUEUE"), now)).isEmpty();
        assertThat(side.on(new Effect.RequestDone(more.request(), "received TS_MAX_QUEUE"), now)).isEmpty();
        now = now.plus(Duration.ofHours(1));
        assertThat(side.nextTimeout()).isEmpty();
        assertThat(acquire(outbound(), 1, 10)).isEmpty();
        assertThat(kernel.policies.get(outbound()).cpuAcquire()).isFalse();
    }

    @Test
    void aFailureIsTriedAgainWhenTheLarvalStateIsGone() {
        up(2, Resource.FALLBACK, 0);
        Event.Initiate more = initiate(acquire(outbound(), 1, 9));
        side.on(new Effect.ChildFailed(more.request(), "west", "net", Resource.cpu(1), 9, 38,
                "received TS_UNACCEPTABLE"), now);
        side.on(new Effect.RequestDone(more.request(), "received TS_UNACCEPTABLE"), now);
        assertThat(side.nextTimeout()).contains(now.plusSeconds(31));
        side.onKernelEvent(new XfrmEvent.Expire(SaId.esp(RIGHT, 0), 1, 1, true), now.plusSeconds(3));
        assertThat(side.nextTimeout()).as("back-off alone").contains(now.plusSeconds(10));
        side.onTime(now.plusSeconds(9));
        assertThat(kernel.policies.get(outbound()).cpuAcquire()).isFalse();
        side.onTime(now.plusSeconds(10));
        assertThat(kernel.policies.get(outbound()).cpuAcquire()).isTrue();
        assertThat(side.nextTimeout()).isEmpty();
    }

    @Test
    void aPeerWithoutPerCpuSasHasNoFlag() {
        side.installTrap(Samples.connection(), Samples.perCpu());
        initiate(acquire(outbound(), SaSpec.NO_CPU, 5));
        up(2, Resource.NONE, 5);
        assertThat(kernel.policies.get(outbound()).cpuAcquire()).isFalse();
    }

    @Test
    void anOrdinaryChildIsInitiatedOnceAndAgainWhenItIsGone() {
        side.use(Samples.book(Samples.tunnel()));
        side.installTrap(Samples.connection(), Samples.tunnel());
        Event.Initiate first = initiate(acquire(outbound(), SaSpec.NO_CPU, 5));
        assertThat(acquire(outbound(), SaSpec.NO_CPU, 6)).isEmpty();
        side.on(new Effect.ChildFailed(first.request(), "west", "net", Resource.NONE, 5, 0, "timeout"), now);
        side.on(new Effect.RequestDone(first.request(), "timeout"), now);
        initiate(acquire(outbound(), SaSpec.NO_CPU, 7));
        ChildSa child = Samples.child(2, Samples.tunnel(), Resource.NONE, 7);
        up(child);
        assertThat(acquire(outbound(), SaSpec.NO_CPU, 8)).as("crossed").isEmpty();
        down(child);
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).as("the trap is back").hasSize(3);
        initiate(acquire(outbound(), SaSpec.NO_CPU, 9));
    }

    @Test
    void aRequestThatEndsWithoutAnSaMayBeMadeAgain() {
        side.installTrap(Samples.connection(), Samples.perCpu());
        Event.Initiate first = initiate(acquire(outbound(), SaSpec.NO_CPU, 5));
        side.on(new Effect.RequestDone(first.request(), "peer not responding"), now);
        initiate(acquire(outbound(), SaSpec.NO_CPU, 6));
    }

    @Test
    void withPacketOffloadThereAreNoSasPerCpu() {
        KernelOptions options = new KernelOptions(true, false, 0, 0, 32, HwOffload.PACKET, "", Marks.NONE, true, true,
                CopyDscp.OUT, false, 0);
        ChildConfig config = Samples.tunnel(PerCpu.YES, options);
        side.use(Samples.book(config));
        up(Samples.child(2, config, Resource.FALLBACK, 0));
        assertThat(kernel.policies.values()).noneMatch(PolicySpec::cpuAcquire);
        cpus = CpuSet.first(4);
        side.onCpus(now);
        assertThat(kernel.policies.values()).noneMatch(PolicySpec::cpuAcquire);
    }

    @Test
    void aCpuThatIsGoneGivesItsSaUp() {
        up(2, Resource.FALLBACK, 0);
        up(3, Resource.cpu(0), 0);
        up(4, Resource.cpu(1), 0);
        cpus = CpuSet.of(0, 5);
        assertThat(side.onCpus(now)).isEmpty();
        assertThat(side.nextTimeout()).contains(now.plusSeconds(10));
        now = now.plusSeconds(10);
        assertThat(side.onTime(now)).containsExactly(new Event.TerminateChild(0, 4, false));
        assertThat(side.onCpus(now)).as("nothing new").isEmpty();
    }

    @Test
    void anEagerChildAsksForAllCpusAtOnce() {
        ChildConfig eager = Samples.eager();
        side.use(Samples.book(eager));
        List<Event> events = risen(Samples.child(2, eager, Resource.FALLBACK, 0));
        assertThat(events).extracting(event -> ((Event.Initiate) event).trigger())
                .containsExactly(new Event.Trigger(Resource.cpu(0), 0, null), new Event.Trigger(Resource.cpu(1), 0, null));
        assertThat(kernel.policies.get(outbound()).cpuAcquire()).isFalse();
        Event.Initiate second = (Event.Initiate) events.get(1);
        side.on(new Effect.ChildFailed(second.request(), "west", "net", Resource.cpu(1), 0, 48, "TS_MAX_QUEUE"), now);
        side.on(new Effect.RequestDone(second.request(), "TS_MAX_QUEUE"), now);
        up(Samples.child(3, eager, Resource.cpu(0), 0));
    }

    @Test
    void anAcquireOfAnUnknownPolicyIsFoundByItsReqidOrIgnored() {
        side.installTrap(Samples.connection(), Samples.perCpu());
        PolicyId other = PolicyId.of(Selector.any(true), Direction.OUT);
        initiate(acquire(other, SaSpec.NO_CPU, 5));
        assertThat(side.onKernelEvent(new XfrmEvent.Acquire(other, 1, LEFT, RIGHT, Selector.any(true), 99, -1, 1), now))
                .isEmpty();
    }

    @Test
    void anAcquireWithoutConfigurationAsksNobody() {
        side.installTrap(Samples.connection(), Samples.perCpu());
        side.use(PolicyBook.EMPTY);
        assertThat(acquire(outbound(), SaSpec.NO_CPU, 5)).isEmpty();
    }

    @Test
    void aSoftExpiryReplacesTheChildAndAHardOneEndsItOnce() {
        up(2, Resource.FALLBACK, 0);
        SaId in = SaId.esp(LEFT, 0xc0000002);
        assertThat(side.onKernelEvent(new XfrmEvent.Expire(in, 1, -1, false), now))
                .containsExactly(new Event.RekeyChild(0, 2));
        kernel.sas.remove(in);
        assertThat(side.onKernelEvent(new XfrmEvent.Expire(in, 1, -1, true), now))
                .containsExactly(new Event.ChildExpired(2));
        assertThat(side.onKernelEvent(new XfrmEvent.Expire(SaId.esp(RIGHT, 0xd0000002), 1, -1, true), now)).isEmpty();
        down(Samples.child(2, Samples.perCpu(), Resource.FALLBACK, 0));
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void anSaThatIsInstalledByHalvesRaisesNoAcquires() {
        up(2, Resource.FALLBACK, 0);
        PolicyId out = outbound();
        ChildSa half = Samples.child(3, Samples.perCpu(), Resource.cpu(0), 0);
        side.on(new Effect.InstallChild(half, Samples.keys(), true), now);
        side.on(new Effect.ChildUp(Samples.ike(), Samples.view(half)), now);
        assertThat(kernel.policies.get(out).cpuAcquire()).isFalse();
        assertThat(kernel.sas).containsKey(SaId.esp(LEFT, 0xc0000003)).doesNotContainKey(SaId.esp(RIGHT, 0xd0000003));
        assertThat(side.on(new Effect.CompleteChild(half), now)).isEmpty();
        assertThat(kernel.sas).containsKey(SaId.esp(RIGHT, 0xd0000003));
        assertThat(kernel.policies.get(out).cpuAcquire()).isTrue();
        assertThat(side.on(new Effect.CompleteChild(half), now)).as("nothing twice").isEmpty();
    }

    /** What cannot send is of no use: the peer is told, and nothing of it stays. */
    @Test
    void anSaThatCannotBeCompletedIsClosed() {
        up(2, Resource.FALLBACK, 0);
        ChildSa half = Samples.child(3, Samples.perCpu(), Resource.cpu(0), 0);
        side.on(new Effect.InstallChild(half, Samples.keys(), true), now);
        side.on(new Effect.ChildUp(Samples.ike(), Samples.view(half)), now);
        kernel.refuse(0, RecordingKernel.error("NEWSA", 17, "EEXIST", ""));
        assertThat(side.on(new Effect.CompleteChild(half), now)).containsExactly(new Event.TerminateChild(0, 3, false));
        down(half);
        side.onTime(now.plus(Retiring.GRACE));
        assertThat(kernel.sas).hasSize(2);
        assertThat(kernel.policies.get(outbound()).cpuAcquire()).isTrue();
    }

    /** A packet that has chosen the old SA still finds it. */
    @Test
    void aReplacedSaStaysForAMoment() {
        up(2, Resource.FALLBACK, 0);
        up(3, Resource.cpu(0), 0);
        up(4, Resource.cpu(0), 0);
        down(Samples.child(3, Samples.perCpu(), Resource.cpu(0), 0));
        assertThat(kernel.sas).hasSize(6);
        side.onTime(now.plusMillis(50));
        assertThat(side.nextTimeout()).contains(now.plusMillis(200));
        assertThat(side.onTime(now.plusMillis(200))).isEmpty();
        assertThat(kernel.sas).hasSize(4).doesNotContainKey(SaId.esp(RIGHT, 0xd0000003));
        down(Samples.child(4, Samples.perCpu(), Resource.cpu(0), 0));
        assertThat(kernel.sas).as("nobody takes its place").hasSize(3).doesNotContainKey(SaId.esp(RIGHT, 0xd0000004));
    }

    @Test
    void anOverrunFindsWhatExpiredAndClearsTheFlag() {
        up(2, Resource.FALLBACK, 0);
        up(3, Resource.cpu(0), 0);
        kernel.sas.remove(SaId.esp(RIGHT, 0xd0000003));
        assertThat(side.onKernelEvent(new XfrmEvent.Overrun(), now))
                .containsExactly(new Event.ChildExpired(3));
        assertThat(kernel.policies.get(outbound()).cpuAcquire()).isFalse();
        assertThat(side.nextTimeout()).contains(now.plusSeconds(31));
        side.onTime(now.plusSeconds(31));
        assertThat(kernel.policies.get(outbound()).cpuAcquire()).isTrue();
    }

    @Test
    void aRefusedInstallationIsToldWithTheKernelsWords() {
        kernel.refuse(0, RecordingKernel.error("NEWSA", 17, "EEXIST", ""));
        ChildSa child = Samples.child(2, Samples.perCpu(), Resource.FALLBACK, 0);
        assertThat(side.on(new Effect.InstallChild(child, Samples.keys(), false), now)).containsExactly(
                new Event.ChildInstallFailed(1, 2, "unable to install inbound IPsec SA (SAD) in kernel: "
                        + "NEWSA: EEXIST (17) (the SPI is taken)"));
    }

    @Test
    void countersAreReadForAllAtOnce() {
        up(2, Resource.FALLBACK, 0);
        up(3, Resource.cpu(1), 0);
        kernel.sas.remove(SaId.esp(LEFT, 0xc0000003));
        var counters = side.counters(List.of(2L, 3L, 4L));
        assertThat(counters).containsOnlyKeys(2L, 3L);
        assertThat(counters.get(2L).reqid()).isEqualTo(1);
        assertThat(counters.get(2L).in().counters().packets()).isEqualTo(3);
        assertThat(counters.get(3L).in()).isNull();
        assertThat(counters.get(3L).out().cpu()).isEqualTo(1);
    }

    @Test
    void closingRemovesEverythingOfOursAndNothingElse() {
        PolicySpec foreign = new PolicySpec(PolicyId.of(Selector.any(false), Direction.OUT), PolicySpec.Action.ALLOW,
                1, List.of(), false, null);
        kernel.policies.put(foreign.id(), foreign);
        side.installTrap(Samples.connection(), Samples.perCpu());
        up(2, Resource.FALLBACK, 0);
        up(3, Resource.cpu(1), 0);
        side.close();
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies.values()).containsExactly(foreign);
    }

    private PolicyId outbound() {
        return kernel.policies.keySet().stream().filter(id -> id.direction() == Direction.OUT).findFirst()
                .orElseThrow();
    }

    private List<Event> acquire(PolicyId policy, int cpu, int seq) {
        Selector packet = new Selector(IpAddress.of("10.1.0.9"), 32, IpAddress.of("10.2.0.9"), 32, 17,
                Selector.Port.of(5000), Selector.Port.of(4789), 0);
        return side.onKernelEvent(new XfrmEvent.Acquire(policy, 1, LEFT, RIGHT, packet, 1, cpu, seq), now);
    }

    private static Event.Initiate initiate(List<Event> events) {
        assertThat(events).hasSize(1);
        return (Event.Initiate) events.getFirst();
    }

    private void up(long id, Resource resource, int seq) {
        up(Samples.child(id, Samples.perCpu(), resource, seq));
    }

    private void up(ChildSa child) {
        assertThat(risen(child)).isEmpty();
    }

    private List<Event> risen(ChildSa child) {
        assertThat(side.on(new Effect.InstallChild(child, Samples.keys(), false), now))
                .containsExactly(new Event.ChildInstalled(1, child.id()));
        return side.on(new Effect.ChildUp(Samples.ike(), Samples.view(child)), now);
    }

    private void down(ChildSa child) {
        assertThat(side.on(new Effect.RemoveChild(child), now)).isEmpty();
        assertThat(side.on(new Effect.ChildDown(Samples.ike(), Samples.view(child), "gone"), now)).isEmpty();
    }
}
