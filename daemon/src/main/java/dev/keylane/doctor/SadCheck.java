package dev.keylane.doctor;

import java.util.List;

/** Whether the kernel's table of states is going to grow, which turns the order of states around (Linux up to 7.2). */
final class SadCheck implements SystemCheck {
    private static final String NAME = "sad-hash";

    @Override
    public List<Finding> of(Sight sight) {
        return switch (sight.xfrm()) {
            case Xfrm.Open(_, var size) -> size.map(table -> {
                String seen = table.states() + " states in " + table.buckets() + " buckets";
                return List.<Finding>of(table.states() < table.buckets() ? new Finding.Ok(NAME, seen)
                        : new Finding.Warn(NAME, seen + ": it will grow, and CPUs then lose packets to SAs for all CPUs",
                                "restart keylane, which makes it large before there are SAs"));
            }).orElse(List.of());
            case Xfrm.Closed _ -> sight.rights().netAdmin() ? List.of() : List.of(Finding.needsRoot(NAME));
        };
    }
}
