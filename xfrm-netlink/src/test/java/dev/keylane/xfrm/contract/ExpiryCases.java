package dev.keylane.xfrm.contract;

import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP;
import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP_PER_CPU;

import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import java.time.Duration;
import java.util.List;

/** A soft limit is told, a hard one takes the state away. */
final class ExpiryCases {
    private ExpiryCases() {
    }

    static List<ContractCase> all() {
        return List.of(
                new ContractCase("time runs out, softly, then for good", ESP, ExpiryCases::time),
                new ContractCase("packets run out, softly, then for good", ESP, ExpiryCases::packets),
                new ContractCase("an expiry names the CPU", ESP_PER_CPU, ExpiryCases::namesCpu));
    }

    private static void time(Scene scene) {
        scene.listen();
        SaSpec sa = scene.install(scene.in(0x1401).lifetime(new Lifetime(1, 3, 0, 0, 0, 0)));
        scene.elapse(Duration.ofMillis(1500));
        expect(scene, sa, false);
        scene.read(sa);
        scene.elapse(Duration.ofMillis(2000));
        expect(scene, sa, true);
        scene.refuse(new XfrmRequest.GetSa(sa.id()), "ESRCH", "");
    }

    private static void packets(Scene scene) {
        scene.listen();
        scene.accept(new XfrmRequest.NewPolicy(scene.trap(SaSample.REQID, false)));
        SaSpec sa = scene.install(scene.out(0x2402).lifetime(new Lifetime(0, 0, 0, 0, 2, 4)));
        scene.expectCarried(0, 2, sa);
        scene.send(0, 1);
        expect(scene, sa, false);
        scene.send(0, 3);
        expect(scene, sa, true);
        scene.refuse(new XfrmRequest.GetSa(sa.id()), "ESRCH", "");
    }

    private static void namesCpu(Scene scene) {
        scene.listen();
        SaSpec sa = scene.install(scene.in(0x1403).cpu(1).lifetime(new Lifetime(0, 1, 0, 0, 0, 0)));
        scene.elapse(Duration.ofMillis(1500));
        expect(scene, sa, true);
    }

    private static void expect(Scene scene, SaSpec sa, boolean hard) {
        XfrmEvent.Expire expire = scene.await(XfrmEvent.Expire.class);
        Expect.equal("expired", expire, new XfrmEvent.Expire(sa.id(), sa.reqid(), sa.cpu(), hard));
    }
}
