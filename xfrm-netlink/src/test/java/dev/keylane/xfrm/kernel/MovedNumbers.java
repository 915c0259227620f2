package dev.keylane.xfrm.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.contract.Scene;
import dev.keylane.xfrm.contract.TrafficProbe;
import dev.keylane.linux.NetNamespace;
import java.util.List;

/** A state that moves goes on counting where it was: a number used twice would give the key of GCM away. */
final class MovedNumbers {
    private static final IpAddress HERE = IpAddress.of("10.77.0.1");
    private static final IpAddress THERE = IpAddress.of("10.77.0.2");
    private static final IpAddress OTHER = IpAddress.of("10.77.0.3");
    private static final SaSpec OUT =
            SaSample.out(HERE, THERE, 0x6001).tunnel().replay(true, 0).encap(4500, 4500).spec();

    private MovedNumbers() {
    }

    static void ports(Scene scene) {
        send(scene);
        scene.accept(new XfrmRequest.UpdSa(OUT.with(new SaSpec.Encap(4500, 61_000))));
        expectNumber(3);
        scene.send(0, 2);
        expectNumber(5);
    }

    static void addresses(Scene scene) {
        send(scene);
        scene.accept(new XfrmRequest.MigrateState(OUT, OUT.between(HERE, OTHER, new SaSpec.Encap(4500, 61_000))));
        expectNumber(3);
        scene.accept(new XfrmRequest.UpdPolicy(policy(OTHER)));
        scene.send(0, 2);
        expectNumber(5);
    }

    private static void send(Scene scene) {
        scene.accept(Scene.newSa(OUT));
        scene.accept(new XfrmRequest.NewPolicy(policy(THERE)));
        scene.send(0, 3);
        expectNumber(3);
    }

    private static PolicySpec policy(IpAddress outer) {
        Selector udp = new Selector(HERE, 32, THERE, 32, 17, Selector.Port.ANY, Selector.Port.of(TrafficProbe.PORT), 0);
        return new PolicySpec(PolicyId.of(udp, PolicyId.Direction.OUT), PolicySpec.Action.ALLOW, 1,
                List.of(new Template(HERE, outer, SaSpec.Mode.TUNNEL, SaSample.REQID, false)), false, null);
    }

    private static void expectNumber(int sent) {
        String shown = NetNamespace.ipOutput("-d xfrm state").replaceAll("\\s+", " ");
        if (!shown.contains("oseq 0x" + sent)) {
            throw new AssertionError("no \"oseq 0x" + sent + "\" in " + shown);
        }
    }
}
