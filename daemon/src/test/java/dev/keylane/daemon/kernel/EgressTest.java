package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.child;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.Grant;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.daemon.offload.Refusal;
import dev.keylane.daemon.offload.Rung;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What a device is to encrypt has to leave by it. */
class EgressTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final KernelWriter writer = new KernelWriter(kernel, OwnedState.inMemory(), Samples.bypass());

    /** A VLAN on the device, a bond over it, a route by another one: Linux drops what another device's SA is for. */
    @Test
    void packetsThatLeaveByAnotherDeviceAreNotPutIntoThisOnesHardware() {
        ChildInstaller beside = routed(Set.of("eth7.5"));
        assertThat(beside.install(child(2, HwOffload.PACKET), Samples.keys(), false)).contains(
                "packets to 198.51.100.1 leave by eth7.5, not by eth7 (interface = eth7.5 would name that): Linux would drop them");
        assertThat(kernel.sas).isEmpty();
        assertThat(beside.install(child(3, HwOffload.AUTO), Samples.keys(), false)).isEmpty();
        Grant grant = beside.find(3).orElseThrow().grant();
        assertThat(grant.granted()).isEqualTo(Rung.CRYPTO);
        assertThat(grant.refusals()).extracting(Refusal::reason)
                .containsExactly(Refusal.Reason.NO_DEVICE, Refusal.Reason.SOFTWARE);
        assertThat(grant.toString()).contains(
                "packets to 198.51.100.1 leave by eth7.5, not by eth7 (interface = eth7.5 would name that): Linux encrypts them by itself");
    }

    @Test
    void aRouteOfSeveralDevicesWouldLoseWhatLeavesByTheOthers() {
        assertThat(routed(Set.of("eth7")).install(child(2, HwOffload.PACKET), Samples.keys(), false)).isEmpty();
        assertThat(routed(new TreeSet<>(Set.of("eth7", "eth8"))).install(child(3, HwOffload.PACKET), Samples.keys(), false))
                .contains("packets to 198.51.100.1 leave by eth7 and eth8, not by eth7 alone: Linux would drop them");
    }

    @Test
    void aDeviceThatIsNotThereIsNamedAsSuch() {
        IpAddress left = IpAddress.of("198.51.100.2");
        KernelOptions options = child(2, HwOffload.PACKET).config().kernel();
        assertThat(new Egress(network(Set.of("eth8"))).past("gone0", options, left, IpAddress.of("198.51.100.1"))).hasValueSatisfying(
                words -> assertThat(words).startsWith("there is no device gone0, and packets to 198.51.100.1 leave by eth8, not by gone0"));
    }

    private ChildInstaller routed(Set<String> by) {
        HostNetwork network = network(by);
        return Samples.installer(writer, new PolicyLedger(), new Reqids(), new OffloadReport(),
                Samples.CAN, network, new OffloadLadder(network));
    }

    private static HostNetwork network(Set<String> by) {
        return new HostNetwork() {
            @Override
            public Optional<String> deviceOf(IpAddress local) {
                return Samples.NETWORK.deviceOf(local);
            }

            @Override
            public OptionalInt indexOf(String device) {
                return Samples.NETWORK.indexOf(device);
            }

            @Override
            public Set<String> egress(IpAddress local, IpAddress remote) {
                return by;
            }

            @Override
            public Optional<IpAddress> sourceFor(IpAddress remote) {
                return Samples.NETWORK.sourceFor(remote);
            }
        };
    }
}
