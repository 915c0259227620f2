package dev.keylane.xfrm.contract;

import static dev.keylane.xfrm.contract.ContractCase.Needs.DIRECTION;
import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP;
import static dev.keylane.xfrm.contract.ContractCase.Needs.ESP_PER_CPU;
import static dev.keylane.xfrm.contract.ContractCase.Needs.NOTHING;

import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaOptions;
import java.util.List;

/** States that make no sense are refused with the kernel's own words. */
final class RefusalCases {
    private RefusalCases() {
    }

    static List<ContractCase> all() {
        return List.of(
                new ContractCase("a CPU beyond the last is ERANGE", ESP_PER_CPU, RefusalCases::cpuTooBig),
                new ContractCase("inbound ESN wants a window", ESP, RefusalCases::esnWithoutWindow),
                new ContractCase("a window beyond 4096 packets", NOTHING, RefusalCases::hugeWindow),
                new ContractCase("outbound states have no replay window", DIRECTION, RefusalCases::outboundWindow),
                new ContractCase("outbound states decapsulate nothing", DIRECTION, RefusalCases::outboundFlags),
                new ContractCase("inbound states discover no path MTU", DIRECTION, RefusalCases::inboundFlags),
                new ContractCase("inbound states encapsulate nothing", DIRECTION, RefusalCases::inboundExtraFlags),
                new ContractCase("TFC padding wants a tunnel", NOTHING, RefusalCases::tfc));
    }

    private static void cpuTooBig(Scene scene) {
        int cpus = scene.kernel().capabilities().cpus();
        scene.install(scene.out(0x2101).cpu(cpus - 1));
        scene.refuse(Scene.newSa(scene.out(0x2102).cpu(cpus).spec()), "ERANGE", "pCPU number too big");
    }

    private static void esnWithoutWindow(Scene scene) {
        scene.refuse(Scene.newSa(scene.in(0x1101).replay(true, 0).spec()), "EINVAL",
                "ESN replay window must be > 0");
    }

    private static void hugeWindow(Scene scene) {
        scene.refuse(Scene.newSa(scene.in(0x1102).replay(true, 5000).spec()), "EINVAL",
                "ESN bitmap length must be <= 128");
    }

    private static void outboundWindow(Scene scene) {
        scene.refuse(Scene.newSa(scene.out(0x2103).replay(false, 32).spec()), "EINVAL", "eplay window should be 0");
    }

    private static void outboundFlags(Scene scene) {
        SaOptions decapDscp = new SaOptions(0, Mark.NONE, false, false, true, false, false, 0);
        scene.refuse(Scene.newSa(scene.out(0x2104).tunnel().options(decapDscp).spec()), "EINVAL",
                "Flag DECAP_DSCP should not be set for output SA");
        SaOptions icmp = new SaOptions(0, Mark.NONE, false, false, false, false, true, 0);
        scene.refuse(Scene.newSa(scene.out(0x2105).options(icmp).spec()), "EINVAL",
                "Flag ICMP should not be set for output SA");
    }

    private static void inboundFlags(Scene scene) {
        SaOptions noPmtu = new SaOptions(0, Mark.NONE, true, false, false, false, false, 0);
        scene.refuse(Scene.newSa(scene.in(0x1106).options(noPmtu).spec()), "EINVAL",
                "Flag NOPMTUDISC should not be set for input SA");
    }

    private static void inboundExtraFlags(Scene scene) {
        SaOptions dscp = new SaOptions(0, Mark.NONE, false, false, false, true, false, 0);
        scene.refuse(Scene.newSa(scene.in(0x1107).tunnel().options(dscp).spec()), "EINVAL",
                "Flag DONT_ENCAP_DSCP should not be set for input SA");
    }

    private static void tfc(Scene scene) {
        SaOptions padded = new SaOptions(0, Mark.NONE, false, false, false, false, false, 1400);
        scene.refuse(Scene.newSa(scene.out(0x2108).options(padded).spec()), "EINVAL",
                "TFC padding can only be used in tunnel mode");
    }
}
