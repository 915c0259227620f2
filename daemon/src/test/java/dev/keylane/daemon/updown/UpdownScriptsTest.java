package dev.keylane.daemon.updown;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Mark;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.IkeSaView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class UpdownScriptsTest {
    private static final TrafficSelector NET = TrafficSelector.subnet(IpAddress.of("10.1.0.0"), 24);
    private static final TrafficSelector PEER_NET = TrafficSelector.subnet(IpAddress.of("10.2.0.0"), 24);
    private static final Selectors NETS = new Selectors(List.of(NET), List.of(PEER_NET));

    private final List<ScriptRun> runs = new ArrayList<>();
    private final UpdownScripts scripts = new UpdownScripts(runs::add, _ -> 7,
            address -> Optional.of("eth0").filter(_ -> address.equals(IpAddress.of("10.0.0.1"))));

    private static IkeSaView ike(String local, String remote) {
        return new IkeSaView(3, "gw", IkeSaView.State.ESTABLISHED, true, new IkeSaView.Spis(1, 2),
                new Path(new IpEndpoint(IpAddress.of(local), 4500), new IpEndpoint(IpAddress.of(remote), 4500)),
                new IkeSaView.Ids(Identification.parse("left"), Identification.parse("C=CH, CN=right")), null,
                IkeSaView.Nat.NONE, null, null, List.of());
    }

    private static ChildSaView child(long id, Resource resource, Selectors selectors, String command, Marks marks,
                                     boolean encap) {
        KernelOptions kernel = new KernelOptions(true, false, 0, 0, 32, HwOffload.NO, "", marks, true, true, CopyDscp.OUT,
                false, 0);
        ChildConfig config = new ChildConfig("net", ChildConfig.Mode.TUNNEL, List.of(), List.of(), List.of(),
                new ChildActions(false, false, ChildActions.OnLoss.CLEAR, ChildActions.OnLoss.CLEAR, command, true),
                ChildLifetime.DEFAULT, ChildConfig.PerCpu.YES, kernel);
        ChildTerms terms = new ChildTerms(1, 2, new EspSuite(EncryptionAlgorithm.AES_GCM_16, 128, null, null, false),
                ChildConfig.Mode.TUNNEL, selectors, encap);
        Path path = ike("10.0.0.1", "10.0.0.2").path();
        return new ChildSaView(new ChildSa(id, 3, "gw", config, terms, path, resource, 0), ChildSaView.State.INSTALLED, null,
                null, null);
    }

    private static ChildSaView child(long id, Resource resource) {
        return child(id, resource, NETS, "script", Marks.NONE, false);
    }

    private void up(ChildSaView child) {
        scripts.on(new Effect.ChildUp(ike("10.0.0.1", "10.0.0.2"), child));
    }

    private void down(ChildSaView child) {
        scripts.on(new Effect.ChildDown(ike("10.0.0.1", "10.0.0.2"), child, "why"));
    }

    private List<String> verbs() {
        return runs.stream().map(ScriptRun::verb).toList();
    }

    /** What strongSwan 6.1 gives a script in the same situation, PATH aside. */
    @Test
    void givesTheEnvironmentOfStrongSwan() {
        Marks marks = new Marks(new Mark(42, 0xff), new Mark(43, -1), false, Mark.NONE, Mark.NONE, 7, 8);
        up(child(1, Resource.NONE, NETS, "script", marks, true));
        Map<String, String> environment = new TreeMap<>(runs.getFirst().environment());
        assertThat(environment.remove("PATH")).isNotEmpty();
        assertThat(environment).isEqualTo(new TreeMap<>(Map.ofEntries(Map.entry("PLUTO_CONNECTION", "net"),
                Map.entry("PLUTO_HOST_ACCESS", "1"), Map.entry("PLUTO_IF_ID_IN", "7"), Map.entry("PLUTO_IF_ID_OUT", "8"),
                Map.entry("PLUTO_INTERFACE", "eth0"), Map.entry("PLUTO_MARK_IN", "42/0x000000ff"),
                Map.entry("PLUTO_MARK_OUT", "43/0xffffffff"), Map.entry("PLUTO_ME", "10.0.0.1"),
                Map.entry("PLUTO_MY_CLIENT", "10.1.0.0/24"), Map.entry("PLUTO_MY_ID", "left"),
                Map.entry("PLUTO_MY_PORT", "0"), Map.entry("PLUTO_MY_PROTOCOL", "0"), Map.entry("PLUTO_PEER", "10.0.0.2"),
                Map.entry("PLUTO_PEER_CLIENT", "10.2.0.0/24"), Map.entry("PLUTO_PEER_ID", "C=CH, CN=right"),
                Map.entry("PLUTO_PEER_PORT", "0"), Map.entry("PLUTO_PEER_PROTOCOL", "0"), Map.entry("PLUTO_PROTO", "esp"),
                Map.entry("PLUTO_REQID", "7"), Map.entry("PLUTO_UDP_ENC", "4500"), Map.entry("PLUTO_UNIQUEID", "3"),
                Map.entry("PLUTO_VERB", "up-client"), Map.entry("PLUTO_VERSION", "1.1"))));
    }

    @Test
    void isCalledOnceForEachPairOfSelectors() {
        TrafficSelector range = new TrafficSelector(17, 1024, 65535, IpAddress.of("10.1.0.200"), IpAddress.of("10.1.0.210"));
        TrafficSelector v6 = TrafficSelector.subnet(IpAddress.of("fd00:1::"), 64);
        TrafficSelector v6Peer = TrafficSelector.subnet(IpAddress.of("fd00:2::"), 64);
        TrafficSelector me = new TrafficSelector(6, 80, 80, IpAddress.of("10.0.0.1"), IpAddress.of("10.0.0.1"));
        up(child(1, Resource.NONE, new Selectors(List.of(range, v6, me), List.of(PEER_NET, v6Peer)), "script", Marks.NONE, false));
        assertThat(runs).extracting(run -> run.verb() + " " + run.environment().get("PLUTO_MY_CLIENT") + " "
                + run.environment().get("PLUTO_MY_PORT") + " " + run.environment().get("PLUTO_PEER_CLIENT")).containsExactly(
                        "up-client 10.1.0.192/27 1024:65535 10.2.0.0/24", "up-client-v6 fd00:1::/64 0 fd00:2::/64",
                        "up-host 10.0.0.1/32 80 10.2.0.0/24");
    }

    @Test
    void rekeyingCallsNothing() {
        up(child(1, Resource.NONE));
        up(child(2, Resource.NONE));
        down(child(1, Resource.NONE));
        assertThat(verbs()).containsExactly("up-client");
        down(child(2, Resource.NONE));
        assertThat(verbs()).containsExactly("up-client", "down-client");
        assertThat(runs.getLast().environment()).containsEntry("PLUTO_REQID", "7").containsEntry("PLUTO_INTERFACE", "eth0");
        up(child(3, Resource.NONE));
        assertThat(verbs()).hasSize(3);
    }

    /** An up for the new address and then a down for the old one would take away what the script has just set. */
    @Test
    void rekeyingAfterAMoveCallsNothing() {
        ChildSaView old = child(1, Resource.NONE);
        up(old);
        Selectors narrower = new Selectors(List.of(TrafficSelector.subnet(IpAddress.of("10.1.0.0"), 25)), List.of(PEER_NET));
        ChildSaView fresh = child(2, Resource.NONE, narrower, "script", Marks.NONE, false);
        scripts.on(new Effect.ChildUp(ike("10.0.0.1", "10.0.0.77"), fresh, old));
        scripts.on(new Effect.ChildDown(ike("10.0.0.1", "10.0.0.77"), old, "rekeyed"));
        assertThat(verbs()).containsExactly("up-client");
        scripts.on(new Effect.ChildDown(ike("10.0.0.1", "10.0.0.77"), fresh, "why"));
        assertThat(verbs()).containsExactly("up-client", "down-client");
    }

    @Test
    void singleCpusCallNothing() {
        up(child(1, Resource.FALLBACK));
        up(child(2, Resource.cpu(1)));
        down(child(2, Resource.cpu(1)));
        assertThat(verbs()).containsExactly("up-client");
        down(child(1, Resource.FALLBACK));
        assertThat(verbs()).containsExactly("up-client", "down-client");
    }

    /** What came from another address is somebody else, though it may be called by the same name. */
    @Test
    void peersAreToldApart() {
        scripts.on(new Effect.ChildUp(ike("10.0.0.1", "10.0.0.2"), child(1, Resource.NONE)));
        scripts.on(new Effect.ChildUp(ike("10.0.0.9", "10.0.0.3"), child(2, Resource.NONE)));
        assertThat(runs).extracting(run -> run.environment().get("PLUTO_PEER")).containsExactly("10.0.0.2", "10.0.0.3");
        assertThat(runs.getLast().environment()).containsEntry("PLUTO_INTERFACE", "unknown");
        // Its address has moved meanwhile.
        scripts.on(new Effect.ChildDown(ike("10.0.0.1", "10.0.0.77"), child(1, Resource.NONE), "why"));
        assertThat(verbs()).containsExactly("up-client", "up-client", "down-client");
    }

    @Test
    void withoutACommandNothingIsCalled() {
        ChildSaView child = child(1, Resource.NONE, NETS, "", Marks.NONE, false);
        up(child);
        down(child);
        assertThat(runs).isEmpty();
    }

    @Test
    void whatWasNeverUpDoesNotGoDown() {
        down(child(1, Resource.NONE));
        assertThat(runs).isEmpty();
    }
}
