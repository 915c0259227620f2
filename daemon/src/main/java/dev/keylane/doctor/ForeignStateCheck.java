package dev.keylane.doctor;

import dev.keylane.daemon.kernel.KernelJournal;
import dev.keylane.linux.LinuxException;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.XfrmKernel;
import java.util.List;

/** SAs and policies that keylane has not installed: somebody else keys here, too. */
final class ForeignStateCheck implements SystemCheck {
    private static final String NAME = "foreign-state";

    @Override
    public List<Finding> of(Sight sight) {
        return switch (sight.xfrm()) {
            case Xfrm.Open(var kernel, _) -> List.of(examine(sight, kernel));
            case Xfrm.Closed _ -> sight.rights().netAdmin() ? List.of() : List.of(Finding.needsRoot(NAME));
        };
    }

    private static Finding examine(Sight sight, XfrmKernel kernel) {
        KernelJournal ours = KernelJournal.read(KernelJournal.beside(sight.control()),
                sight.system().text("proc/sys/kernel/random/boot_id").orElse(""));
        List<SaInfo> sas;
        List<PolicyInfo> policies;
        try {
            sas = kernel.dumpSas().stream().filter(sa -> !sa.larval()).toList();
            policies = kernel.dumpPolicies();
        } catch (LinuxException refused) {
            return new Finding.Warn(NAME, refused.getMessage(), "ip xfrm state; ip xfrm policy");
        }
        List<SaInfo> foreign = sas.stream().filter(sa -> !ours.owns(sa)).toList();
        long foreignPolicies = policies.stream().filter(policy -> !ours.owns(policy)).count();
        String own = sas.size() - foreign.size() + " SAs and " + (policies.size() - foreignPolicies) + " policies of keylane's";
        if (foreign.isEmpty() && foreignPolicies == 0) {
            boolean left = !sas.isEmpty() && new Processes(sight.system()).named(Processes.KEYLANE).isEmpty();
            return left ? new Finding.Warn(NAME, own + ", which does not run", "./keylane run, which puts new ones in their place")
                    : new Finding.Ok(NAME, own + ", and no others");
        }
        return new Finding.Warn(NAME, foreign.size() + " SAs and " + foreignPolicies + " policies are not keylane's"
                + foreign.stream().findFirst().map(sa -> ", such as " + sa.id() + " with reqid " + sa.reqid()).orElse(""),
                "ip xfrm state; ip xfrm policy; and stop whoever has made them");
    }
}
