package dev.keylane.ike.policy;

import java.util.List;

/**
 * Which CPUs get an SA of their own, and when.
 *
 * @param limit CPUs that SAs are asked for at the most, 0 for no limit
 */
public record PerCpuOptions(PerCpuMode mode, Cpus cpus, int limit) {
    /** What strongSwan does. */
    public static final PerCpuOptions DEFAULT = new PerCpuOptions(PerCpuMode.DEMAND, new Cpus.Auto(), 0);

    /** The CPUs that matter: those that send. */
    public sealed interface Cpus {
        /** Those that are online and may be used. */
        record Auto() implements Cpus {
        }

        /** Those that serve the queues of the device with our address. */
        record Queues() implements Cpus {
        }

        /**
         * @param numbers in ascending order
         */
        record Listed(List<Integer> numbers) implements Cpus {
            public Listed {
                numbers = List.copyOf(numbers);
            }
        }
    }
}
