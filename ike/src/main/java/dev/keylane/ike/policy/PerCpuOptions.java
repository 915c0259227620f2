package dev.keylane.ike.policy;

import java.util.List;

/**
 * Which CPUs get an SA of their own, and when.
 *
 * @param limit CPUs that SAs are asked for at the most, 0 for no limit
 * @param lanes SAs for flows instead of CPUs: how many, a power of two, 1 for none. {@link #LANES_AUTO}: where a device
 *              does packet offload, as many as it has queues, and none elsewhere
 */
public record PerCpuOptions(PerCpuMode mode, Cpus cpus, int limit, int lanes) {
    public static final int LANES_AUTO = 0;
    /** The kernel looks through policies one after the other. */
    public static final int MOST_LANES = 64;

    /** What strongSwan does. */
    public static final PerCpuOptions DEFAULT = new PerCpuOptions(PerCpuMode.DEMAND, new Cpus.Auto(), 0);

    /** Lanes where they are needed. */
    public PerCpuOptions(PerCpuMode mode, Cpus cpus, int limit) {
        this(mode, cpus, limit, LANES_AUTO);
    }

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
