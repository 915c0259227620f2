package dev.keylane.doctor;

import java.util.List;

/** What we may. */
final class RightsCheck implements SystemCheck {
    private static final String NAME = "rights";

    @Override
    public List<Finding> of(Sight sight) {
        Rights rights = sight.rights();
        return List.of(!rights.netAdmin()
                ? new Finding.Warn(NAME, "no CAP_NET_ADMIN: much is left out here, and a daemon would have its software kernel alone",
                        AsRoot.doctor())
                : !rights.bpf()
                ? new Finding.Warn(NAME, "no CAP_BPF: no steering by programs, and each CPU's first SA costs packets",
                        "run as root, or grant CAP_BPF")
                : new Finding.Ok(NAME, "CAP_NET_ADMIN and CAP_BPF"));
    }
}
