package dev.keylane.xfrm.contract;

import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP;
import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP_PER_CPU;
import static dev.keylane.xfrm.contract.ContractCase.Needs.NOTHING;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmRequest;
import java.util.ArrayList;
import java.util.List;

/** States go in, can be read, and go out again. */
final class StateCases {
    private StateCases() {
    }

    static List<ContractCase> all() {
        return List.of(
                new ContractCase("a pair bound to a CPU reads back as installed", ESP_PER_CPU, StateCases::pair),
                new ContractCase("a state without CPU reads back without one", ESP, StateCases::unbound),
                new ContractCase("tunnel states of IPv6 hosts", ESP, StateCases::tunnel),
                new ContractCase("every AEAD", ESP, StateCases::aeads),
                new ContractCase("replay windows of 32, 64 and 4096 packets", ESP, StateCases::windows),
                new ContractCase("a taken SPI is EEXIST", ESP, StateCases::taken),
                new ContractCase("what is not there is ESRCH", NOTHING, StateCases::missing),
                new ContractCase("a deleted state is gone", ESP, StateCases::deleted),
                new ContractCase("a refusal does not stop the batch", ESP, StateCases::batch),
                new ContractCase("a hundred states in one batch", ESP, StateCases::hundred));
    }

    private static void pair(Scene scene) {
        SaSpec in = scene.install(scene.in(0x1001).cpu(1).replay(true, 64).encap(4501, 4500));
        SaSpec out = scene.install(scene.out(0x2001).cpu(1).replay(true, 0).encap(4500, 4501));
        for (SaSpec sa : List.of(in, out)) {
            SaInfo info = scene.read(sa);
            sameAs(sa, info);
            Expect.that("the dump has " + sa.id(), scene.kernel().dumpSas().contains(info));
        }
    }

    private static void sameAs(SaSpec sa, SaInfo info) {
        Expect.equal("id", info.id(), sa.id());
        Expect.equal("source", info.source(), sa.source());
        Expect.equal("direction", info.direction(), sa.direction());
        Expect.equal("mode", info.mode(), sa.mode());
        Expect.equal("reqid", info.reqid(), sa.reqid());
        Expect.equal("cpu", info.cpu(), sa.cpu());
        Expect.equal("esn", info.esn(), sa.replay().esn());
        Expect.equal("encap", info.encap(), sa.encap());
        Expect.equal("offload", info.offload(), sa.offload());
        Expect.equal("counters", info.counters(), new SaInfo.Counters(0, 0, 0, 0));
        Expect.equal("larval", info.larval(), false);
    }

    private static void unbound(Scene scene) {
        SaInfo info = scene.read(scene.install(scene.out(0x2002)));
        Expect.equal("cpu", info.cpu(), SaSpec.NO_CPU);
        Expect.equal("esn", info.esn(), false);
        Expect.equal("encap", info.encap(), null);
    }

    private static void tunnel(Scene scene) {
        IpAddress here = IpAddress.of("2001:db8::1");
        IpAddress there = IpAddress.of("2001:db8::2");
        SaSpec out = scene.install(SaSample.out(here, there, 0x2003).tunnel().replay(true, 0));
        SaSpec in = scene.install(SaSample.in(here, there, 0x1003).tunnel().replay(true, 128));
        Expect.equal("mode", scene.read(out).mode(), SaSpec.Mode.TUNNEL);
        Expect.equal("source", scene.read(in).source(), there);
    }

    private static void aeads(Scene scene) {
        scene.install(scene.out(0x2010).algorithms(EncryptionAlgorithm.AES_GCM_16, 128, null));
        scene.install(scene.out(0x2011).algorithms(EncryptionAlgorithm.AES_GCM_16, 256, null));
        scene.install(scene.out(0x2012).algorithms(EncryptionAlgorithm.CHACHA20_POLY1305, 256, null));
    }

    private static void windows(Scene scene) {
        for (int window : new int[] {32, 64, 4096}) {
            SaSpec counted = scene.install(scene.in(0x3000 + window).replay(false, window));
            Expect.equal("esn", scene.read(counted).esn(), false);
            SaSpec extended = scene.install(scene.in(0x5000 + window).replay(true, window));
            Expect.equal("esn", scene.read(extended).esn(), true);
        }
    }

    private static void taken(Scene scene) {
        SaSpec sa = scene.install(scene.in(0x1004));
        scene.refuse(Scene.newSa(sa), "EEXIST", "");
    }

    private static void missing(Scene scene) {
        SaId absent = SaId.esp(scene.remote(), 0x7777);
        scene.refuse(new XfrmRequest.GetSa(absent), "ESRCH", "");
        scene.refuse(new XfrmRequest.DelSa(absent), "ESRCH", "");
    }

    private static void deleted(Scene scene) {
        SaSpec sa = scene.install(scene.in(0x1005));
        SaSpec other = scene.install(scene.in(0x1006));
        scene.accept(new XfrmRequest.DelSa(sa.id()));
        scene.refuse(new XfrmRequest.GetSa(sa.id()), "ESRCH", "");
        Expect.that("the dump still has " + sa.id(), !scene.has(sa.id()));
        Expect.that("the dump lacks " + other.id(), scene.has(other.id()));
    }

    private static void batch(Scene scene) {
        SaSpec first = scene.in(0x1007).spec();
        SaSpec second = scene.out(0x2007).spec();
        List<XfrmAnswer> answers = scene.kernel().submit(List.of(Scene.newSa(first), Scene.newSa(first),
                Scene.newSa(second), new XfrmRequest.GetSa(second.id())));
        Expect.equal("number of answers", answers.size(), 4);
        Expect.equal("first", answers.get(0), new XfrmAnswer.Done());
        Expect.that("second is " + answers.get(1), answers.get(1).isRefused());
        Expect.equal("third", answers.get(2), new XfrmAnswer.Done());
        Expect.that("fourth is " + answers.get(3), answers.get(3) instanceof XfrmAnswer.Sa);
    }

    private static void hundred(Scene scene) {
        List<XfrmRequest> requests = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            requests.add(Scene.newSa(scene.in(0x10000 + i).replay(true, 256).spec()));
            requests.add(new XfrmRequest.GetSa(SaId.esp(scene.local(), 0x10000 + i)));
        }
        List<XfrmAnswer> answers = scene.kernel().submit(requests);
        for (int i = 0; i < 200; i += 2) {
            Expect.equal("answer " + i, answers.get(i), new XfrmAnswer.Done());
            int spi = 0x10000 + i / 2;
            Expect.that("answer " + (i + 1) + " is " + answers.get(i + 1),
                    answers.get(i + 1) instanceof XfrmAnswer.Sa(SaInfo info) && info.id().spi() == spi);
        }
        Expect.equal("states in the dump", scene.kernel().dumpSas().size(), 100);
    }
}
