package dev.keylane.daemon.kernel;

import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.policy.PolicyBook;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;

/** What connections ask for that the software kernel cannot do: its packets leave from, and come to, the socket of IKE. */
public final class WithoutEffect {
    private final Consumer<String> warn;
    private final Set<String> said = new HashSet<>();

    WithoutEffect(Consumer<String> warn) {
        this.warn = warn;
    }

    /** Each is said once, for as long as it holds: a configuration is replaced connection by connection. */
    void use(PolicyBook book) {
        Set<String> now = new LinkedHashSet<>();
        for (Connection connection : book.connections()) {
            for (ChildConfig child : connection.children()) {
                if (child.perCpu() == ChildConfig.PerCpu.ENCAP) {
                    now.add(connection.name() + "." + child.name() + ": per_cpu_sas = encap: the software kernel sends from "
                            + "one port for all CPUs");
                }
                Steering steering = child.kernel().steering();
                if (steering != Steering.UNSAID && steering != Steering.NONE) {
                    now.add(connection.name() + ": steering has no effect: " + UNSTEERED);
                }
            }
        }
        said.retainAll(now);
        now.stream().filter(said::add).forEach(warn);
    }

    /** Why steering does nothing there. */
    public static final String UNSTEERED = "the software kernel takes all packets from the socket of IKE";
}
