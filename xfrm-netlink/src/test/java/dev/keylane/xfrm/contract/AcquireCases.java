package dev.keylane.xfrm.contract;

import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP;
import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP_PER_CPU;
import static dev.keylane.xfrm.contract.ContractCase.Needs.NOTHING;
import static dev.keylane.xfrm.contract.ContractCase.Needs.PER_CPU;

import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;

/** Packets without a state ask for one. */
final class AcquireCases {
    private AcquireCases() {
    }

    static List<ContractCase> all() {
        return List.of(
                new ContractCase("a packet without a state raises an acquire", NOTHING, AcquireCases::noState),
                new ContractCase("the flag without any state names no CPU", PER_CPU, AcquireCases::flagNoState),
                new ContractCase("further packets raise no second acquire", NOTHING, AcquireCases::once),
                new ContractCase("an acquire leaves a larval state", NOTHING, AcquireCases::larval),
                new ContractCase("an unanswered acquire expires", NOTHING, AcquireCases::unanswered),
                new ContractCase("a state with the acquire's number answers it", ESP, AcquireCases::answered),
                new ContractCase("the flag names the CPU, the fallback carries", ESP_PER_CPU, AcquireCases::perCpu),
                new ContractCase("the CPU's state answers its acquire", ESP_PER_CPU, AcquireCases::perCpuAnswered),
                new ContractCase("without the flag the fallback is enough", ESP, AcquireCases::noFlag),
                new ContractCase("taking the flag back restores the fallback", ESP_PER_CPU, AcquireCases::disarmed));
    }

    private static XfrmEvent.Acquire provoke(Scene scene, boolean flag, int cpu) {
        scene.listen();
        scene.accept(new XfrmRequest.NewPolicy(scene.trap(SaSample.REQID, flag)));
        scene.send(cpu, 1);
        return scene.await(XfrmEvent.Acquire.class);
    }

    private static void noState(Scene scene) {
        XfrmEvent.Acquire acquire = provoke(scene, false, 0);
        PolicySpec trap = scene.trap(SaSample.REQID, false);
        Expect.equal("policy", acquire.policy(), trap.id());
        int index = scene.kernel().dumpPolicies().getFirst().index();
        Expect.equal("policy index", acquire.policyIndex(), index);
        Expect.equal("source", acquire.source(), scene.local());
        Expect.equal("destination", acquire.destination(), scene.remote());
        Expect.equal("reqid", acquire.reqid(), SaSample.REQID);
        Expect.equal("cpu", acquire.cpu(), SaSpec.NO_CPU);
        Expect.that("no number", acquire.seq() != 0);
        Selector packet = acquire.packet();
        Expect.equal("packet's protocol", packet.protocol(), 17);
        Expect.equal("packet's port", packet.destinationPort(), Selector.Port.of(TrafficProbe.PORT));
        Expect.equal("packet's destination", packet.destination(), scene.remote());
        Expect.equal("packet's prefix", packet.destinationPrefix(), scene.remote().bits());
    }

    private static void flagNoState(Scene scene) {
        Expect.equal("cpu", provoke(scene, true, 0).cpu(), SaSpec.NO_CPU);
    }

    private static void once(Scene scene) {
        provoke(scene, false, 0);
        scene.send(0, 5);
        scene.expectSilence();
    }

    private static void larval(Scene scene) {
        provoke(scene, false, 0);
        List<SaInfo> states = scene.kernel().dumpSas();
        Expect.equal("states", states.size(), 1);
        SaInfo larval = states.getFirst();
        Expect.that("not larval: " + larval, larval.larval());
        Expect.equal("SPI", larval.id().spi(), 0);
        Expect.equal("reqid", larval.reqid(), SaSample.REQID);
    }

    private static void unanswered(Scene scene) {
        provoke(scene, false, 0);
        scene.elapse(scene.acquireExpiry().plusMillis(500));
        XfrmEvent.Expire expire = scene.await(XfrmEvent.Expire.class);
        Expect.that("not hard", expire.hard());
        Expect.equal("SPI", expire.id().spi(), 0);
        Expect.equal("reqid", expire.reqid(), SaSample.REQID);
        Expect.equal("states", scene.kernel().dumpSas().size(), 0);
    }

    private static void answered(Scene scene) {
        XfrmEvent.Acquire acquire = provoke(scene, false, 0);
        SaSpec sa = scene.install(scene.out(0x2301).answering(acquire.seq()));
        Expect.equal("states", scene.kernel().dumpSas().size(), 1);
        scene.expectCarried(0, 3, sa);
    }

    private static void perCpu(Scene scene) {
        SaSpec fallback = scene.install(scene.out(0x2302));
        XfrmEvent.Acquire acquire = provoke(scene, true, 1);
        Expect.equal("cpu", acquire.cpu(), 1);
        Expect.equal("reqid", acquire.reqid(), SaSample.REQID);
        Expect.equal("packets of the fallback", scene.packets(fallback), 1L);
    }

    private static void perCpuAnswered(Scene scene) {
        SaSpec fallback = scene.install(scene.out(0x2303));
        XfrmEvent.Acquire acquire = provoke(scene, true, 1);
        SaSpec own = scene.install(scene.out(0x2304).cpu(1).answering(acquire.seq()));
        Expect.that("the larval state stays", scene.kernel().dumpSas().stream().noneMatch(SaInfo::larval));
        scene.expectCarried(1, 4, own);
        Expect.equal("packets of the fallback", scene.packets(fallback), 1L);
        scene.expectSilence();
    }

    private static void noFlag(Scene scene) {
        SaSpec fallback = scene.install(scene.out(0x2305));
        scene.listen();
        scene.accept(new XfrmRequest.NewPolicy(scene.trap(SaSample.REQID, false)));
        scene.expectCarried(0, 2, fallback);
        scene.expectSilence();
    }

    private static void disarmed(Scene scene) {
        SaSpec fallback = scene.install(scene.out(0x2306));
        provoke(scene, true, 1);
        scene.accept(new XfrmRequest.UpdPolicy(scene.trap(SaSample.REQID, false)));
        scene.expectCarried(1, 3, fallback);
        scene.expectCarried(0, 3, fallback);
    }
}
