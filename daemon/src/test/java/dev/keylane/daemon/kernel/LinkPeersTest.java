package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** IKE finds an IPv6 peer on the link again whose own answer to that may be encrypted. */
class LinkPeersTest {
    private static final IpAddress HERE = IpAddress.of("2001:db8::1");
    private static final IpAddress THERE = IpAddress.of("2001:db8::2");
    private static final Octets MAC = Octets.wrap(new byte[]{2, 0, 0, 0, 0, 2});
    private final List<String> introduced = new ArrayList<>();
    private final HostNetwork network = new HostNetwork() {
        @Override
        public Optional<String> deviceOf(IpAddress local) {
            return Optional.of("eth7");
        }

        @Override
        public OptionalInt indexOf(String device) {
            return OptionalInt.of(7);
        }

        @Override
        public Optional<Octets> neighbour(String device, IpAddress host) {
            return host.equals(THERE) ? Optional.of(MAC) : Optional.empty();
        }

        @Override
        public void introduce(String device, IpAddress host, Octets linkLayer) {
            introduced.add(device + " " + host + " " + linkLayer.equals(MAC));
        }

        @Override
        public Optional<IpAddress> sourceFor(IpAddress remote) {
            return Optional.of(HERE);
        }
    };
    private final LinkPeers peers = new LinkPeers(network);

    @Test
    void whoWasThereBeforeTheLinkWasOffIsThereAgain() {
        peers.met(installed(2, HERE, THERE, HwOffload.PACKET));
        peers.met(installed(3, HERE, THERE, HwOffload.PACKET));
        peers.introduce(Set.of("eth8"));
        assertThat(introduced).isEmpty();
        peers.introduce(Set.of("eth7"));
        assertThat(introduced).containsExactly("eth7 2001:db8::2 true");
        peers.forget(2);
        peers.forget(3);
        peers.introduce(Set.of("eth7"));
        assertThat(introduced).hasSize(1);
    }

    /** A peer behind a router, one of IPv4, whose ARP is never encrypted, and one in software. */
    @Test
    void othersAreLeftToLinux() {
        peers.met(installed(2, HERE, IpAddress.of("2001:db8:9::2"), HwOffload.PACKET));
        peers.met(installed(3, Samples.LEFT, Samples.RIGHT, HwOffload.PACKET));
        peers.met(installed(4, HERE, THERE, HwOffload.NO));
        peers.introduce(Set.of("eth7"));
        assertThat(introduced).isEmpty();
    }

    private InstalledChild installed(long id, IpAddress here, IpAddress there, HwOffload offload) {
        KernelOptions d = KernelOptions.DEFAULT;
        ChildSa child = Samples.child(id, Samples.tunnel(ChildConfig.PerCpu.NO, new KernelOptions(d.policies(),
                d.policiesFwdOut(), d.reqid(), d.priority(), d.replayWindow(), offload, d.device(), d.marks(), d.copyDf(),
                d.copyEcn(), d.copyDscp(), d.icmp(), d.tfcPadding())), Resource.NONE, 0);
        ChildSa between = new ChildSa(id, child.ikeSa(), child.connection(), child.config(), child.terms(),
                new Path(new IpEndpoint(here, 500), new IpEndpoint(there, 500)), Resource.NONE, 0);
        RecordingKernel kernel = new RecordingKernel();
        KernelWriter writer = new KernelWriter(kernel, OwnedState.inMemory(), new HardwareBypass(network, List.of(500)));
        ChildInstaller installer = Samples.installer(writer, new PolicyLedger(), new Reqids(), new OffloadReport(),
                Samples.CAN, network, new OffloadLadder(network));
        assertThat(installer.install(between, Samples.keys(), false)).isEmpty();
        return installer.find(id).orElseThrow();
    }
}
