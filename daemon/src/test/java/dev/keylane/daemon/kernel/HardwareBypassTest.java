package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** IKE gets through beside a policy in hardware that means its packets too, and only there. */
class HardwareBypassTest {
    private static final SaSpec.Offload DEVICE = new SaSpec.Offload("eth7", true);
    private static final IpAddress OTHER = IpAddress.of("198.51.100.9");
    private static final IpAddress HERE = IpAddress.of("2001:db8::1");
    private static final IpAddress THERE = IpAddress.of("2001:db8::2");
    private final RecordingKernel kernel = new RecordingKernel();
    private final OwnedState owned = OwnedState.inMemory();
    private final KernelWriter writer = new KernelWriter(kernel, owned, Samples.bypass());

    @Test
    void itComesFirstAndGoesLast() {
        List<PolicySpec> hosts = between(LEFT, RIGHT, DEVICE);
        assertThat(install(hosts)).isEmpty();
        assertThat(bypasses()).hasSize(4).allSatisfy(policy -> {
            assertThat(policy.offload()).isEqualTo(DEVICE);
            assertThat(policy.priority()).isLessThan(hosts.getFirst().priority());
            assertThat(policy.id().selector().ifindex()).isEqualTo(7);
        });
        assertThat(kernel.requests.subList(0, 4)).allMatch(request -> request instanceof XfrmRequest.NewPolicy(var policy)
                && policy.templates().isEmpty());
        List<PolicySpec> inHardware = hosts.stream().filter(policy -> policy.offload() != null).toList();
        assertThat(inHardware).hasSize(2);
        writer.remove(List.of(KernelStep.remove(inHardware.getFirst())));
        assertThat(bypasses()).hasSize(4);
        writer.remove(List.of(KernelStep.remove(inHardware.getLast())));
        assertThat(bypasses()).isEmpty();
        writer.remove(hosts.stream().filter(policy -> policy.offload() == null).map(KernelStep::remove).toList());
        assertThat(kernel.policies).isEmpty();
        assertThat(owned.live()).isEmpty();
    }

    @Test
    void softwareTunnelsAndOtherProtocolsNeedNone() {
        install(between(LEFT, RIGHT, null));
        install(policies(Samples.NETS, ChildConfig.Mode.TUNNEL, DEVICE));
        install(policies(new Selectors(List.of(vxlan(LEFT)), List.of(vxlan(RIGHT))), ChildConfig.Mode.TRANSPORT, DEVICE));
        assertThat(bypasses()).isEmpty();
    }

    @Test
    void aPolicyThatComesDownNeedsItNoMore() {
        List<PolicySpec> hosts = between(LEFT, RIGHT, DEVICE);
        install(hosts);
        List<KernelStep> down = between(LEFT, RIGHT, null).stream()
                .map(policy -> KernelStep.replace(policy, policy)).toList();
        assertThat(writer.install(down)).isEmpty();
        assertThat(bypasses()).isEmpty();
    }

    /** A trap in hardware, its child in software: when the child goes, the trap's policies come back. */
    @Test
    void aPolicyThatComesUpAgainNeedsItAgain() {
        PolicyLedger ledger = new PolicyLedger();
        PolicyOwner child = new PolicyOwner(2, false, "west", "net");
        commit(ledger, ledger.adding(new PolicyOwner(1, true, "west", "net"), between(LEFT, RIGHT, DEVICE)));
        commit(ledger, ledger.adding(child, between(LEFT, RIGHT, null)));
        assertThat(bypasses()).isEmpty();
        kernel.take();
        PolicyLedger.Change change = ledger.removing(child);
        writer.remove(change.steps());
        assertThat(bypasses()).hasSize(4);
        assertThat(kernel.requests.subList(0, 4)).allMatch(XfrmRequest.NewPolicy.class::isInstance);
        assertThat(kernel.policies.values()).anyMatch(policy -> policy.offload() != null && !policy.templates().isEmpty());
    }

    @Test
    void withoutItNothingIsInstalled() {
        kernel.refusal = request -> request instanceof XfrmRequest.NewPolicy(var policy) && policy.templates().isEmpty()
                && policy.id().direction() == Direction.IN
                ? Optional.of(RecordingKernel.error("NEWPOLICY", 28, "ENOSPC", "")) : Optional.empty();
        assertThat(install(between(LEFT, RIGHT, DEVICE)).orElseThrow()).contains("NEWPOLICY: ENOSPC");
        assertThat(kernel.policies).isEmpty();
        assertThat(owned.live()).isEmpty();
    }

    @Test
    void aFailureAfterItTakesItAway() {
        List<PolicySpec> hosts = between(LEFT, RIGHT, DEVICE);
        kernel.policies.put(hosts.getLast().id(), hosts.getLast());
        assertThat(install(hosts)).isPresent();
        assertThat(bypasses()).isEmpty();
    }

    @Test
    void somebodyElsesIsAsGoodAndStays() {
        install(between(LEFT, RIGHT, DEVICE));
        KernelWriter other = new KernelWriter(kernel, OwnedState.inMemory(), Samples.bypass());
        List<PolicySpec> more = between(LEFT, RIGHT, DEVICE).stream()
                .filter(policy -> policy.id().direction() != Direction.FWD).toList();
        more.forEach(policy -> kernel.policies.remove(policy.id()));
        assertThat(other.install(more.stream().map(KernelStep::install).toList())).isEmpty();
        other.remove(more.stream().map(KernelStep::remove).toList());
        assertThat(bypasses()).hasSize(4);
    }

    /** What children on the same card encrypt stays with them: nothing but IKE of the two hosts leaves in the clear. */
    @Test
    void itMeansTheTwoHostsAlone() {
        install(between(LEFT, RIGHT, DEVICE));
        install(between(LEFT, OTHER, DEVICE));
        assertThat(passes(LEFT, RIGHT, 17, 4500, 1024)).isTrue();
        assertThat(passes(LEFT, OTHER, 17, 500, 500)).isTrue();
        assertThat(passes(LEFT, RIGHT, 17, 1024, 4500)).isFalse();
        assertThat(passes(IpAddress.of("10.1.0.1"), IpAddress.of("10.2.0.1"), 17, 4500, 4500)).isFalse();
        assertThat(passes(LEFT, IpAddress.of("10.2.0.1"), 17, 500, 500)).isFalse();
        between(LEFT, OTHER, DEVICE).forEach(policy -> writer.remove(List.of(KernelStep.remove(policy))));
        assertThat(passes(LEFT, OTHER, 17, 500, 500)).isFalse();
        assertThat(passes(LEFT, RIGHT, 17, 4500, 1024)).isTrue();
    }

    @Test
    void ofIcmpNoMoreThanNeighbourDiscoveryPasses() {
        install(between(HERE, THERE, DEVICE));
        assertThat(passes(HERE, THERE, 58, 135, 0)).isTrue();
        assertThat(passes(HERE, THERE, 58, 136, 0)).isTrue();
        assertThat(passes(HERE, THERE, 58, 128, 0)).isFalse();
        assertThat(passes(HERE, THERE, 58, 1, 0)).isFalse();
        assertThat(passes(HERE, IpAddress.of("2001:db8:2::1"), 58, 135, 0)).isFalse();
    }

    /** A policy for more than the hosts means groups and routers, too; two such share what lets those be found. */
    @Test
    void groupsPassAsLongAsAPolicyMeansThem() {
        install(wide(IpAddress.of("2001:db8::2")));
        install(wide(IpAddress.of("2001:db8::3")));
        assertThat(passes(HERE, IpAddress.of("ff02::1:ff00:2"), 58, 135, 0)).isTrue();
        assertThat(passes(HERE, IpAddress.of("fe80::1"), 58, 135, 0)).isTrue();
        assertThat(passes(HERE, IpAddress.of("ff02::5"), 89, 0, 0)).isFalse();
        wide(IpAddress.of("2001:db8::2")).forEach(policy -> writer.remove(List.of(KernelStep.remove(policy))));
        assertThat(passes(HERE, IpAddress.of("ff02::1:ff00:2"), 58, 135, 0)).isTrue();
        wide(IpAddress.of("2001:db8::3")).forEach(policy -> writer.remove(List.of(KernelStep.remove(policy))));
        assertThat(kernel.policies).isEmpty();
    }

    /** RFC 4861: without neighbour discovery there is no IKE over IPv6. */
    @Test
    void neighbourDiscoveryPassesAsFarAsTheDeviceCanTell() {
        IpAddress here = HERE;
        IpAddress there = THERE;
        install(between(here, there, DEVICE));
        assertThat(bypasses()).filteredOn(policy -> policy.id().selector().protocol() == 58).hasSize(4);
        between(here, there, DEVICE).forEach(policy -> writer.remove(List.of(KernelStep.remove(policy))));
        assertThat(kernel.policies).isEmpty();
        kernel.refusal = request -> request instanceof XfrmRequest.NewPolicy(var policy)
                && policy.offload() != null && policy.id().selector().protocol() == 58 ? Optional.of(new XfrmError("NEWPOLICY", 22, "EINVAL",
                "Device does not support upper protocol other than TCP/UDP")) : Optional.empty();
        assertThat(install(between(here, there, DEVICE))).isEmpty();
        assertThat(bypasses()).extracting(policy -> policy.id().selector().destination().toString())
                .contains("ff02::", "fe80::");
    }

    @Test
    void whatADeviceForgetsComesAgain() {
        List<PolicySpec> hosts = between(LEFT, RIGHT, DEVICE);
        install(hosts);
        kernel.policies.clear();
        writer.lost("eth7");
        install(hosts);
        assertThat(bypasses()).hasSize(4);
    }

    /** Policies come up on two devices at once, and one of them has no room for what lets IKE pass. */
    @Test
    void whatOneDeviceRefusesLocksIkeInOnNoOther() {
        SaSpec.Offload full = new SaSpec.Offload("eth8", true);
        List<PolicySpec> software = Stream.of(RIGHT, OTHER).flatMap(peer -> between(LEFT, peer, null).stream()).toList();
        install(software);
        kernel.refusal = request -> request instanceof XfrmRequest.NewPolicy(var policy) && full.equals(policy.offload())
                ? Optional.of(RecordingKernel.error("NEWPOLICY", 28, "ENOSPC", "")) : Optional.empty();
        writer.remove(Stream.concat(between(LEFT, RIGHT, full).stream(), between(LEFT, OTHER, DEVICE).stream())
                .filter(policy -> policy.offload() != null).map(policy -> KernelStep.replace(policy, policy)).toList());
        assertThat(passes(LEFT, OTHER, 17, 500, 500)).isTrue();
        assertThat(passes(LEFT, RIGHT, 17, 500, 500)).isFalse();
    }

    /** What all ways have is not gathered anew for each of them. */
    @Test
    void thousandsOfPeersCostNoMoreEach() {
        List<PolicySpec> all = IntStream.range(0, 2500).mapToObj(i -> IpAddress.of("10.9." + (i >> 8) + "." + (i & 0xff)))
                .flatMap(peer -> between(LEFT, peer, DEVICE).stream()).filter(policy -> policy.offload() != null).toList();
        Duration cost = CpuTime.of(() -> {
            all.forEach(policy -> assertThat(install(List.of(policy))).isEmpty());
            assertThat(bypasses()).hasSize(2 * all.size());
            all.forEach(policy -> writer.remove(List.of(KernelStep.remove(policy))));
        });
        assertThat(cost).isLessThan(Duration.ofSeconds(5));
        assertThat(kernel.policies).isEmpty();
    }

    private void commit(PolicyLedger ledger, PolicyLedger.Change change) {
        assertThat(writer.install(change.steps())).isEmpty();
        ledger.commit(change);
    }

    private boolean passes(IpAddress from, IpAddress to, int protocol, int source, int destination) {
        return bypasses().stream().filter(policy -> policy.id().direction() == Direction.OUT)
                .map(policy -> policy.id().selector())
                .anyMatch(selector -> (selector.protocol() == 0 || selector.protocol() == protocol)
                        && in(from, selector.source(), selector.sourcePrefix())
                        && in(to, selector.destination(), selector.destinationPrefix())
                        && selector.sourcePort().matches(source) && selector.destinationPort().matches(destination));
    }

    private static boolean in(IpAddress address, IpAddress net, int prefix) {
        return address.sameFamily(net) && address.withHostBits(prefix, false).equals(net.withHostBits(prefix, false));
    }

    private List<PolicySpec> bypasses() {
        return kernel.policies.values().stream().filter(policy -> policy.templates().isEmpty() && policy.offload() != null)
                .toList();
    }

    private Optional<String> install(List<PolicySpec> policies) {
        return writer.install(policies.stream().map(KernelStep::install).toList());
    }

    private static TrafficSelector vxlan(IpAddress address) {
        return new TrafficSelector(17, 4789, 4789, address, address);
    }

    private static List<PolicySpec> between(IpAddress here, IpAddress there, SaSpec.@Nullable Offload device) {
        return new PolicyDemand(ChildConfig.Mode.TRANSPORT, new Selectors(List.of(TrafficSelector.subnet(here, here.bits())),
                List.of(TrafficSelector.subnet(there, there.bits()))), here, there, 1, KernelOptions.DEFAULT, 0, device,
                PolicyPriority.SA).policies();
    }

    /** From here to all that the peer's net has, and to groups. */
    private static List<PolicySpec> wide(IpAddress peer) {
        return new PolicyDemand(ChildConfig.Mode.TUNNEL, new Selectors(List.of(TrafficSelector.subnet(HERE, 128)),
                List.of(TrafficSelector.subnet(IpAddress.of(peer.toString().endsWith("2") ? "::" : "2000::"),
                        peer.toString().endsWith("2") ? 0 : 3))), HERE, peer, 1, KernelOptions.DEFAULT, 0, DEVICE,
                PolicyPriority.SA).policies();
    }

    private static List<PolicySpec> policies(Selectors selectors, ChildConfig.Mode mode, SaSpec.@Nullable Offload device) {
        return new PolicyDemand(mode, selectors, LEFT, RIGHT, 1, KernelOptions.DEFAULT, 0, device, PolicyPriority.SA)
                .policies();
    }
}
