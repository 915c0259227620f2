package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A child in software keeps its packets when a wider one comes into a device. */
class ShadowedTest {
    private static final TrafficSelector NARROW = TrafficSelector.subnet(IpAddress.of("10.2.128.0"), 17);
    private static final TrafficSelector BESIDE = TrafficSelector.subnet(IpAddress.of("10.2.0.0"), 17);
    private static final TrafficSelector WIDEST = TrafficSelector.subnet(IpAddress.of("10.2.0.0"), 15);
    private static final IpAddress THERE = IpAddress.of("10.2.128.1");
    private static final IpAddress THERE_BESIDE = IpAddress.of("10.2.0.1");
    private static final TrafficSelector APART = TrafficSelector.subnet(IpAddress.of("10.7.0.0"), 16);
    private final RecordingKernel kernel = new RecordingKernel();
    private final PolicyLedger ledger = new PolicyLedger();
    private final KernelWriter writer = new KernelWriter(kernel, OwnedState.inMemory(), Samples.bypass());
    private final ChildInstaller installer = Samples.installer(writer, ledger, new Reqids(), new OffloadReport(), Samples.CAN);

    @Test
    void theNarrowerOneIsFoundFirst() {
        install(narrow(2), false);
        int narrow = found(Direction.OUT);
        install(Samples.child(3, HwOffload.PACKET), false);
        assertThat(found(Direction.OUT)).isEqualTo(narrow);
        assertThat(found(Direction.IN)).isEqualTo(narrow);
    }

    @Test
    void itIsWhenTheWiderOneIsCompletedLater() {
        install(narrow(2), false);
        int narrow = found(Direction.OUT);
        install(Samples.child(3, HwOffload.PACKET), true);
        assertThat(installer.complete(3)).isEmpty();
        assertThat(found(Direction.OUT)).isEqualTo(narrow);
    }

    @Test
    void itIsWhenALostPolicyIsPutBack() {
        install(narrow(2), false);
        int narrow = found(Direction.OUT);
        install(Samples.child(3, HwOffload.PACKET), false);
        PolicySpec wide = ledger.installed().stream().filter(policy -> policy.offload() != null
                && policy.id().direction() == Direction.OUT).findFirst().orElseThrow();
        kernel.submit(List.of(new XfrmRequest.DelPolicy(wide.id())));
        new Flushed(writer, ledger, installer).putBack(List.of(wide));
        assertThat(kernel.policies).containsKey(wide.id());
        assertThat(found(Direction.OUT)).isEqualTo(narrow);
    }

    @Test
    void itIsBesideOneInTheDevice() {
        install(child(4, BESIDE, HwOffload.PACKET), false);
        install(narrow(2), false);
        int narrow = found(Direction.OUT);
        install(Samples.child(3, HwOffload.PACKET), false);
        assertThat(found(Direction.OUT)).isEqualTo(narrow);
        assertThat(found(Direction.IN)).isEqualTo(narrow);
    }

    /** Which of two of one priority comes first is not always told by when they came. */
    @Test
    void bothAreInWhateverOrderTheyStand() {
        install(child(4, BESIDE, HwOffload.NO), false);
        install(narrow(2), false);
        int beside = found(Direction.OUT, THERE_BESIDE);
        int narrow = found(Direction.OUT);
        ledger.installed().stream().filter(policy -> policy.reqid() == beside).forEach(policy -> kernel.submit(List.of(
                new XfrmRequest.UpdPolicy(policy.withPriority(policy.priority() + 1)), new XfrmRequest.UpdPolicy(policy))));
        install(Samples.child(3, HwOffload.PACKET), false);
        assertThat(found(Direction.OUT, THERE_BESIDE)).isEqualTo(beside);
        assertThat(found(Direction.IN, THERE_BESIDE)).isEqualTo(beside);
        assertThat(found(Direction.OUT)).isEqualTo(narrow);
    }

    @Test
    void itIsWhenItComesLast() {
        install(child(4, BESIDE, HwOffload.PACKET), false);
        install(Samples.child(3, HwOffload.PACKET), false);
        int wide = found(Direction.OUT);
        install(narrow(2), false);
        assertThat(found(Direction.OUT)).isNotEqualTo(wide);
        assertThat(found(Direction.IN)).isNotEqualTo(wide);
    }

    @Test
    void itIsWhenOneInSoftwareLiesAboveBoth() {
        install(narrow(2), false);
        int narrow = found(Direction.OUT);
        install(Samples.child(3, HwOffload.PACKET), false);
        install(child(4, WIDEST, HwOffload.NO), false);
        assertThat(found(Direction.OUT)).isEqualTo(narrow);
    }

    @Test
    void theJournalKeepsTheirPriority() {
        install(narrow(2), false);
        install(Samples.child(3, HwOffload.PACKET), false);
        assertThat(kernel.policies.values()).noneMatch(policy -> policy.priority() == 0)
                .allMatch(policy -> !ids(NARROW).contains(policy.id()) || writer.owns(Owned.of(policy)));
    }

    /** The backstops beneath it are to stay there, and what it does not mean is left alone. */
    @Test
    void noOthersAreTouched() {
        install(narrow(2), false);
        install(child(4, APART, HwOffload.NO), false);
        kernel.take();
        install(Samples.child(3, HwOffload.PACKET), false);
        assertThat(kernel.take()).filteredOn(XfrmRequest.UpdPolicy.class::isInstance)
                .extracting(request -> ((XfrmRequest.UpdPolicy) request).policy().id())
                .containsExactlyInAnyOrderElementsOf(Stream.concat(ids(NARROW).stream(), ids(NARROW).stream()).toList());
        installer.renewReqid(narrow(2));
        install(Samples.child(5, HwOffload.PACKET), false);
        assertThat(kernel.take()).as("the policies of the wider one stand where they stood")
                .noneMatch(XfrmRequest.UpdPolicy.class::isInstance);
    }

    private static List<PolicyId> ids(TrafficSelector remote) {
        return new PolicyDemand(ChildConfig.Mode.TUNNEL, new Selectors(List.of(Samples.LEFT_NET), List.of(remote)), Samples.LEFT,
                Samples.RIGHT, 1, Samples.offloading(HwOffload.NO), 0, null, PolicyPriority.SA).policies().stream()
                .map(PolicySpec::id).filter(id -> id.direction() != Direction.FWD).toList();
    }

    private int found(Direction direction) {
        return found(direction, THERE);
    }

    /** Whose policy Linux takes for a packet between the nets: net/xfrm/xfrm_policy.c, xfrm_policy_insert_list. */
    private int found(Direction direction, IpAddress there) {
        List<PolicySpec> chain = new ArrayList<>();
        for (XfrmRequest request : kernel.requests) {
            switch (request) {
                case XfrmRequest.NewPolicy(var policy) when policy.id().direction() == direction -> {
                    sortAnew(chain, policy);
                    insert(chain, policy);
                }
                case XfrmRequest.UpdPolicy(var policy) when policy.id().direction() == direction -> insert(chain, policy);
                case XfrmRequest.DelPolicy(var id) -> chain.removeIf(policy -> policy.id().equals(id));
                case XfrmRequest.NewPolicy _, XfrmRequest.UpdPolicy _, XfrmRequest.NewSa _, XfrmRequest.UpdSa _,
                     XfrmRequest.MigrateState _, XfrmRequest.DelSa _, XfrmRequest.GetSa _, XfrmRequest.GetPolicy _ -> { }
            }
        }
        return chain.stream().filter(policy -> means(policy, direction, there)).findFirst().orElseThrow().reqid();
    }

    private static boolean means(PolicySpec policy, Direction direction, IpAddress there) {
        var selector = direction == Direction.OUT ? policy.id().selector() : policy.id().selector().reversed();
        return selector.destination().equals(there.withHostBits(selector.destinationPrefix(), false));
    }

    private static void insert(List<PolicySpec> chain, PolicySpec fresh) {
        int at = 0;
        int own = -1;
        for (int i = 0; i < chain.size(); i++) {
            PolicySpec each = chain.get(i);
            if (each.id().equals(fresh.id())) {
                own = i;
                if (fresh.priority() > each.priority()) {
                    continue;
                }
            } else if (fresh.priority() >= each.priority()) {
                at = i + 1;
                continue;
            }
            if (own >= 0) {
                break;
            }
        }
        int place = fresh.offload() == null ? at : 0;
        chain.add(place, fresh);
        if (own >= 0) {
            chain.remove(own < place ? own : own + 1);
        }
    }

    /** A new prefix takes the policies of the narrower ones over: xfrm_policy_inexact_list_reinsert. */
    private static void sortAnew(List<PolicySpec> chain, PolicySpec fresh) {
        if (chain.stream().anyMatch(each -> prefixes(each) <= prefixes(fresh))) {
            return;
        }
        List.copyOf(chain).stream().filter(each -> each.offload() != null).forEach(each -> {
            chain.remove(each);
            chain.add(0, each);
        });
    }

    private static int prefixes(PolicySpec policy) {
        return policy.id().selector().sourcePrefix() + policy.id().selector().destinationPrefix();
    }

    private static ChildSa narrow(long id) {
        return child(id, NARROW, HwOffload.NO);
    }

    private static ChildSa child(long id, TrafficSelector remote, HwOffload offload) {
        ChildConfig config = new ChildConfig("part" + remote, ChildConfig.Mode.TUNNEL, List.of(),
                List.of(TsPattern.of(Samples.LEFT_NET)), List.of(TsPattern.of(remote)), ChildActions.NONE, ChildLifetime.DEFAULT,
                ChildConfig.PerCpu.NO, Samples.offloading(offload));
        return Samples.child(id, config, Resource.NONE, 0, new Selectors(List.of(Samples.LEFT_NET), List.of(remote)));
    }

    private void install(ChildSa child, boolean inboundFirst) {
        assertThat(installer.install(child, Samples.keys(), inboundFirst)).isEmpty();
    }
}
