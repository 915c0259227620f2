package dev.keylane.xfrm.contract;

import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP;
import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP_PER_CPU;
import static dev.keylane.xfrm.contract.ContractCase.Needs.MIGRATION;
import static dev.keylane.xfrm.contract.ContractCase.Needs.NOTHING;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;

/** The other end of a state changes its UDP port or its address; nothing else of the state does. */
final class MoveCases {
    private static final SaSpec.Encap PORTS = new SaSpec.Encap(4500, 61_000);

    private MoveCases() {
    }

    static List<ContractCase> all() {
        return List.of(
                new ContractCase("other UDP ports, and CPU and counters stay", ESP_PER_CPU, MoveCases::ports),
                new ContractCase("an inbound state gets another source port", ESP, MoveCases::inboundPorts),
                new ContractCase("what is not there gets no other ports", ESP, MoveCases::missing),
                new ContractCase("encapsulation is not added by UPDSA", ESP, MoveCases::added),
                new ContractCase("another address, and CPU and counters stay", MIGRATION, MoveCases::address),
                new ContractCase("an inbound state gets another source address", MIGRATION,
                        MoveCases::inboundAddress),
                new ContractCase("the policy's new template finds the moved state", MIGRATION, MoveCases::template),
                new ContractCase("no state moves onto another", MIGRATION, MoveCases::occupied),
                new ContractCase("what is not there does not move", MIGRATION, MoveCases::absent));
    }

    /** The remote host's neighbour. */
    private static IpAddress other(Scene scene) {
        return IpAddress.of(scene.remote().toString().replaceFirst("2$", "3"));
    }

    private static void ports(Scene scene) {
        SaSpec out = scene.install(scene.out(0x2001).cpu(1).replay(true, 0).encap(4500, 4500));
        scene.accept(new XfrmRequest.NewPolicy(scene.trap(SaSample.REQID, false)));
        scene.expectCarried(1, 3, out);
        SaInfo before = scene.read(out);
        scene.accept(new XfrmRequest.UpdSa(out.with(PORTS)));
        SaInfo after = scene.read(out);
        Expect.equal("encap", after.encap(), PORTS);
        Expect.equal("cpu", after.cpu(), 1);
        Expect.equal("counters", after.counters(), before.counters());
        scene.expectCarried(1, 2, out);
    }

    private static void inboundPorts(Scene scene) {
        SaSpec in = scene.install(scene.in(0x1001).replay(true, 64).encap(4500, 4500));
        SaSpec.Encap ports = new SaSpec.Encap(61_000, 4500);
        scene.accept(new XfrmRequest.UpdSa(in.with(ports)));
        Expect.equal("encap", scene.read(in).encap(), ports);
    }

    private static void missing(Scene scene) {
        scene.refuse(new XfrmRequest.UpdSa(scene.out(0x7777).encap(4500, 4500).spec()), "ESRCH", "");
    }

    private static void added(Scene scene) {
        SaSpec plain = scene.install(scene.out(0x2002));
        scene.refuse(new XfrmRequest.UpdSa(plain.with(PORTS)), "EINVAL", "");
        Expect.equal("encap", scene.read(plain).encap(), null);
    }

    private static SaSample tunnel(Scene scene, int spi) {
        return scene.out(spi).tunnel().cpu(1).replay(true, 0).encap(4500, 4500);
    }

    private static PolicySpec policy(Scene scene, IpAddress destination) {
        Template template = new Template(scene.local(), destination, SaSpec.Mode.TUNNEL, SaSample.REQID, false);
        return new PolicySpec(PolicyId.of(scene.udp(), PolicyId.Direction.OUT), PolicySpec.Action.ALLOW, 1000,
                List.of(template), false, null);
    }

    private static void address(Scene scene) {
        SaSpec out = scene.install(tunnel(scene, 0x2003));
        scene.accept(new XfrmRequest.NewPolicy(policy(scene, scene.remote())));
        scene.expectCarried(1, 3, out);
        SaInfo before = scene.read(out);
        SaSpec moved = out.between(scene.local(), other(scene), PORTS);
        scene.accept(new XfrmRequest.MigrateState(out, moved));
        scene.refuse(new XfrmRequest.GetSa(out.id()), "ESRCH", "");
        SaInfo after = scene.read(moved);
        Expect.equal("encap", after.encap(), PORTS);
        Expect.equal("source", after.source(), scene.local());
        Expect.equal("cpu", after.cpu(), 1);
        Expect.equal("reqid", after.reqid(), SaSample.REQID);
        Expect.equal("mode", after.mode(), SaSpec.Mode.TUNNEL);
        Expect.equal("direction", after.direction(), SaSpec.Direction.OUT);
        Expect.equal("counters", after.counters(), before.counters());
    }

    private static void inboundAddress(Scene scene) {
        SaSpec in = scene.install(scene.in(0x1003).tunnel().replay(true, 64).encap(4500, 4500));
        SaSpec moved = in.between(other(scene), scene.local(), new SaSpec.Encap(61_000, 4500));
        scene.accept(new XfrmRequest.MigrateState(in, moved));
        SaInfo after = scene.read(in);
        Expect.equal("source", after.source(), other(scene));
        Expect.equal("encap", after.encap(), moved.encap());
        Expect.equal("states in the dump", scene.kernel().dumpSas().size(), 1);
    }

    private static void template(Scene scene) {
        SaSpec out = scene.install(tunnel(scene, 0x2004));
        PolicySpec before = policy(scene, scene.remote());
        scene.accept(new XfrmRequest.NewPolicy(before));
        scene.expectCarried(1, 1, out);
        SaSpec moved = out.between(scene.local(), other(scene), PORTS);
        scene.accept(new XfrmRequest.MigrateState(out, moved));
        scene.accept(new XfrmRequest.UpdPolicy(policy(scene, other(scene))));
        scene.expectCarried(1, 2, moved);
    }

    private static void occupied(Scene scene) {
        SaSpec out = scene.install(tunnel(scene, 0x2005));
        SaSpec taken = scene.install(SaSample.out(scene.local(), other(scene), 0x2005));
        scene.refuse(new XfrmRequest.MigrateState(out, out.between(scene.local(), other(scene), PORTS)), "EEXIST",
                "New SA tuple already occupied");
        scene.read(out);
        scene.read(taken);
    }

    private static void absent(Scene scene) {
        SaSpec out = tunnel(scene, 0x2006).spec();
        scene.refuse(new XfrmRequest.MigrateState(out, out.between(scene.local(), other(scene), PORTS)), "ESRCH",
                "Can not find state");
    }
}
