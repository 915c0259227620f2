package dev.keylane.xfrm.contract;

import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP;
import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP_PER_CPU;

import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmRequest;
import java.util.List;

/** Which state carries a packet: the sending CPU's own, else the newest that is bound to none. */
final class SelectionCases {
    private SelectionCases() {
    }

    static List<ContractCase> all() {
        return List.of(
                new ContractCase("a state without CPU carries every CPU", ESP, SelectionCases::unbound),
                new ContractCase("a CPU's own state beats the fallback", ESP_PER_CPU, SelectionCases::own),
                new ContractCase("an older own state beats a newer fallback", ESP_PER_CPU, SelectionCases::olderOwn),
                new ContractCase("the newest fallback carries", ESP, SelectionCases::newest),
                new ContractCase("another CPU's state is not used", ESP_PER_CPU, SelectionCases::foreign),
                new ContractCase("without its own state a CPU falls back", ESP_PER_CPU, SelectionCases::fallsBack),
                new ContractCase("an inbound state sends nothing", ESP, SelectionCases::inbound),
                new ContractCase("a state of another reqid is not used", ESP, SelectionCases::otherReqid));
    }

    private static void trap(Scene scene) {
        scene.accept(new XfrmRequest.NewPolicy(scene.trap(SaSample.REQID, false)));
    }

    private static void unbound(Scene scene) {
        trap(scene);
        SaSpec fallback = scene.install(scene.out(0x2201));
        for (int cpu = 0; cpu < scene.kernel().capabilities().cpus(); cpu++) {
            scene.expectCarried(cpu, 3, fallback);
        }
    }

    private static void own(Scene scene) {
        trap(scene);
        SaSpec fallback = scene.install(scene.out(0x2202));
        SaSpec own = scene.install(scene.out(0x2203).cpu(1));
        scene.expectCarried(1, 4, own);
        scene.expectCarried(0, 3, fallback);
        Expect.equal("packets of the fallback", scene.packets(fallback), 3L);
        Expect.equal("packets of CPU 1", scene.packets(own), 4L);
    }

    private static void olderOwn(Scene scene) {
        trap(scene);
        SaSpec own = scene.install(scene.out(0x2204).cpu(1));
        SaSpec fallback = scene.install(scene.out(0x2205));
        scene.expectCarried(1, 4, own);
        scene.expectCarried(0, 4, fallback);
    }

    private static void newest(Scene scene) {
        trap(scene);
        SaSpec old = scene.install(scene.out(0x2206));
        scene.expectCarried(0, 2, old);
        SaSpec rekeyed = scene.install(scene.out(0x2207));
        scene.expectCarried(0, 3, rekeyed);
        Expect.equal("packets of the old state", scene.packets(old), 2L);
    }

    private static void foreign(Scene scene) {
        trap(scene);
        SaSpec other = scene.install(scene.out(0x2208).cpu(1));
        scene.send(0, 3);
        Expect.equal("packets of CPU 0 on CPU 1's state", scene.packets(other), 0L);
        scene.expectCarried(1, 2, other);
    }

    private static void fallsBack(Scene scene) {
        trap(scene);
        SaSpec fallback = scene.install(scene.out(0x2209));
        SaSpec own = scene.install(scene.out(0x220a).cpu(1));
        scene.expectCarried(1, 1, own);
        scene.accept(new XfrmRequest.DelSa(own.id()));
        scene.expectCarried(1, 5, fallback);
    }

    private static void inbound(Scene scene) {
        trap(scene);
        // the addresses and the reqid of an outbound state, but the wrong direction
        SaSpec wrong = scene.install(SaSample.in(scene.remote(), scene.local(), 0x220b));
        scene.send(0, 3);
        Expect.equal("packets", scene.packets(wrong), 0L);
    }

    private static void otherReqid(Scene scene) {
        trap(scene);
        SaSpec other = scene.install(scene.out(0x220c).reqid(SaSample.REQID + 1));
        scene.send(0, 3);
        Expect.equal("packets", scene.packets(other), 0L);
    }
}
