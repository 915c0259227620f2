package dev.keylane.daemon.control;

import dev.keylane.ike.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How received packets get to their CPU, and how it is found out which CPUs send.
 *
 * @param problem why nothing can be steered whatever is configured, empty when it can
 */
public record SteeringSnapshot(List<Device> devices, List<Spread> spreads, Senders senders, String problem) {
    public static final SteeringSnapshot NONE = new SteeringSnapshot(List.of(), List.of(), Senders.NONE);

    public SteeringSnapshot {
        devices = List.copyOf(devices);
        spreads = List.copyOf(spreads);
    }

    /** Where things can be steered. */
    public SteeringSnapshot(List<Device> devices, List<Spread> spreads, Senders senders) {
        this(devices, spreads, senders, "");
    }

    public SteeringSnapshot with(Senders others) {
        return new SteeringSnapshot(devices, spreads, others, problem);
    }

    public SteeringSnapshot with(String other) {
        return new SteeringSnapshot(devices, spreads, senders, other);
    }

    /**
     * How it is found out which CPUs lack an SA of their own.
     *
     * @param devices    where a program watches what is sent
     * @param problem    why not all is watched, empty when it is
     * @param byProgram  children and peers whose CPUs the program tells
     * @param byAcquires those whose CPUs the kernel's acquires tell, which costs packets
     * @param byKernel   those of the software kernel, whose acquires cost none
     */
    public record Senders(List<String> devices, String problem, long byProgram, long byAcquires, long byKernel) {
        public static final Senders NONE = new Senders(List.of(), "", 0, 0, 0);

        public Senders {
            devices = List.copyOf(devices);
        }
    }

    /**
     * A device that per-CPU SAs arrive at.
     *
     * @param steering what holds for the connections that use it, such as {@code auto} or {@code ntuple, xdp}
     * @param ways     every strategy, the best first
     * @param sas      oldest first
     */
    public record Device(String name, String steering, List<Way> ways, List<Sa> sas) {
        public Device {
            ways = List.copyOf(ways);
            sas = List.copyOf(sas);
        }
    }

    /**
     * A strategy.
     *
     * @param fits   whether it would do here, and {@code reason} why (not)
     * @param inUse  empty when it does nothing
     */
    public record Way(String strategy, boolean fits, String reason, Optional<Use> inUse) {
    }

    /**
     * @param mode     such as {@code native}
     * @param capacity entries there can be, empty when there is no limit
     * @param packets  by what became of them, such as {@code redirected} or {@code no-entry}
     * @param alerts   sentences about what the operator should see to
     */
    public record Use(String mode, OptionalInt capacity, int entries, Map<String, Long> packets, List<String> alerts) {
        public Use {
            alerts = List.copyOf(alerts);
        }

        /** Packets of SAs with an entry. */
        public long hits() {
            return count("redirected") + count("already-here") + count("no-queue");
        }

        /** ESP without an entry. */
        public long misses() {
            return count("no-entry");
        }

        private long count(String verdict) {
            return packets.getOrDefault(verdict, 0L);
        }
    }

    /**
     * An inbound SA.
     *
     * @param strategy empty when it is decrypted where its packets arrive
     * @param packets  empty where nobody counts them
     * @param reasons  why strategies that come first do not steer it, empty when there are none
     */
    public record Sa(IpAddress local, int spi, int cpu, String strategy, OptionalLong packets, String reasons) {
    }

    /**
     * A device whose plaintext is spread.
     *
     * @param mode    empty when it is not
     * @param problem why it is not
     */
    public record Spread(String device, String mode, String problem, List<Integer> cpus, Map<String, Long> packets) {
        public Spread {
            cpus = List.copyOf(cpus);
        }
    }
}
