package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells which CPUs send over an outbound SA. Without it only the kernel's acquires tell, and while one is pending Linux
 * drops packets. Marks of SAs do not matter. Called from the shard's thread alone.
 */
public interface SendingCpus extends AutoCloseable {
    /** Hears of the first packet of a CPU over an SA, on any thread. */
    @FunctionalInterface
    interface Listener {
        void sends(SaId outbound, int cpu);
    }

    /** An SA that cannot be watched any more, and why. */
    record Lost(SaId outbound, String reason) {
    }

    /** Nobody watches, for a reason that the operator may read. */
    static SendingCpus unobserved(String reason) {
        return new Unobserved(reason, false);
    }

    /** Nobody needs to watch: the kernel's acquires tell, and what waits for them is not lost. */
    static SendingCpus needless() {
        return new Unobserved("this kernel's acquires tell", true);
    }

    /** Why no SA can be watched at all; empty when they can. */
    Optional<String> reasonAgainst();

    /** The same as far as it is known: nothing is tried for it. */
    default Optional<String> problem() {
        return reasonAgainst();
    }

    /** Whether acquires tell as well and cost no packets. */
    default boolean isNeedless() {
        return false;
    }

    void listen(Listener listener);

    /** @return why it cannot be watched; empty when each CPU's first packet over it is told from now on */
    Optional<String> watch(SaSpec outbound);

    void unwatch(SaId outbound);

    /** CPUs that were told are told once more when they go on sending. */
    void again(SaId outbound);

    /** Packets of the CPUs that have sent over it since it is watched. */
    Map<Integer, Long> packets(SaId outbound);

    /** The names of the devices that it looks at. */
    default List<String> devices() {
        return List.of();
    }

    /** Follows routes and devices that have changed; to be called every few seconds while anything is watched. */
    List<Lost> look();

    @Override
    void close();
}
