package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildActions.OnLoss;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IkeLifetime;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The files under examples/ mean exactly this. */
class ExamplesTest {
    private static final List<Proposal> IKE = ProposalText.parseIke("aes128-sha256-x25519").orElseThrow();
    private static final List<Proposal> ESP = ProposalText.parseEsp("aes128gcm128-x25519-esn").orElseThrow();
    private static final ChildActions NOTHING = new ChildActions(false, false, OnLoss.CLEAR, OnLoss.CLEAR, "");
    private static final ChildActions TRAP = new ChildActions(true, false, OnLoss.CLEAR, OnLoss.CLEAR, "");
    private static final KernelOptions OFFLOADED = new KernelOptions(true, true, 0, 0, 32, HwOffload.PACKET, "",
            Marks.NONE, true, true, KernelOptions.CopyDscp.OUT, false, 0);
    // reauth_time is given, so the IKE SA has no rekey_time by default.
    private static final IkeLifetime UNLIMITED =
            new IkeLifetime(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    @Test
    void blueFieldLeft() {
        assertThat(only("bluefield/BFL.swanctl.conf")).isEqualTo(connection("BFL-BFR", "3.3.3.2", "3.3.3.3",
                "host1", "host2", false, blueField("3.3.3.2", "3.3.3.3")));
    }

    @Test
    void blueFieldRight() {
        assertThat(only("bluefield/BFR.swanctl.conf")).isEqualTo(connection("BFL-BFR", "3.3.3.3", "3.3.3.2",
                "host2", "host1", false, blueField("3.3.3.3", "3.3.3.2")));
    }

    @Test
    void demo() {
        ChildConfig child = new ChildConfig("bf", Mode.TRANSPORT, ESP, List.of(dynamicVxlan()), List.of(dynamicVxlan()),
                TRAP, ChildLifetime.DEFAULT, PerCpu.YES, withReplayWindow(1024));
        assertThat(only("demo/left.conf")).isEqualTo(
                connection("left-right", "127.0.0.1", "127.0.0.2", "host1", "host2", true, child));
        assertThat(only("demo/right.conf")).isEqualTo(
                connection("left-right", "127.0.0.2", "127.0.0.1", "host2", "host1", true, child));
    }

    private static KernelOptions withReplayWindow(int packets) {
        KernelOptions plain = KernelOptions.DEFAULT;
        return new KernelOptions(plain.policies(), plain.policiesFwdOut(), plain.reqid(), plain.priority(), packets,
                plain.offload(), plain.device(), plain.marks(), plain.copyDf(), plain.copyEcn(), plain.copyDscp(),
                plain.icmp(), plain.tfcPadding());
    }

    @Test
    void bothSidesShareTheSecret() {
        var left = load("bluefield/BFL.swanctl.conf").book().sharedKeys();
        assertThat(left).singleElement().satisfies(key -> {
            assertThat(key.id()).isEqualTo("ike-BF");
            assertThat(key.secret().length()).isEqualTo(24);
            assertThat(key.owners()).containsExactly(Identification.parse("host1"), Identification.parse("host2"));
        });
        assertThat(load("bluefield/BFR.swanctl.conf").book().sharedKeys()).isEqualTo(left);
    }

    private static ChildConfig blueField(String local, String remote) {
        return new ChildConfig("bf", Mode.TRANSPORT, ESP, List.of(vxlan(local)), List.of(vxlan(remote)), NOTHING,
                ChildLifetime.DEFAULT, PerCpu.NO, OFFLOADED);
    }

    private static Connection connection(String name, String local, String remote, String localId, String remoteId,
                                         boolean encap, ChildConfig child) {
        Endpoints endpoints = new Endpoints(List.of(AddressPattern.of(IpAddress.of(local))),
                List.of(AddressPattern.of(IpAddress.of(remote))), 0, 0);
        IkeOptions options = new IkeOptions(encap, false, IkeOptions.Fragmentation.YES, IkeOptions.Childless.ALLOW,
                IkeOptions.Unique.NO, 1, Duration.ZERO, UNLIMITED);
        return new Connection(name, endpoints, IKE, new Authentication(Identification.parse(localId)),
                new Authentication(Identification.parse(remoteId)), options, List.of(child));
    }

    private static TsPattern vxlan(String inside) {
        TrafficSelector net = TrafficSelector.subnet(IpAddress.of(inside), 24);
        return TsPattern.of(new TrafficSelector(17, 4789, 4789, net.start(), net.end()));
    }

    private static TsPattern dynamicVxlan() {
        return new TsPattern(null, null, 17, 4789, 4789);
    }

    private static Connection only(String file) {
        return load(file).book().connections().getFirst();
    }

    private static Loaded load(String file) {
        Loaded loaded = Configuration.load(List.of(Path.of("../examples").resolve(file)), name -> List.of());
        assertThat(loaded.mistakes()).isEmpty();
        assertThat(loaded.book().connections()).hasSize(1);
        return loaded;
    }
}
