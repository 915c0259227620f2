package dev.keylane.steering.program;

import dev.keylane.bpf.MapShape;
import dev.keylane.bpf.MapType;
import dev.keylane.steering.Verdict;

/** Names and shapes of the maps. Numbers in them are in the machine's order unless they say other. */
public final class ProgramMaps {
    /** {@link SaKey} to {@link SaEntry}. */
    public static final String SAS = "sas";
    /** Hash of a flow to u32 CPU, one slot more for the hash's seed. */
    public static final String FLOWS = "flows";
    /** u32 CPU to u32 queue size and u32 program, of which there is none. */
    public static final String CPUS = "cpus";
    /** u32 {@link Verdict} to u64 packets, for each CPU. */
    public static final String VERDICTS = "verdicts";

    /** {@link SaKey} to {@link SenderEntry}, for each CPU. */
    public static final String SENDERS = "senders";
    /** A ring of {@link SenderRecord}. */
    public static final String REPORTS = "reports";

    /** A power of two: a flow's slot is the upper bits of its hash. */
    public static final int FLOW_SLOTS = 256;
    /** Where the seed stands. */
    public static final int SEED_SLOT = FLOW_SLOTS;

    private ProgramMaps() {
    }

    public static MapShape sas(int capacity) {
        return new MapShape(MapType.HASH, SaKey.SIZE, SaEntry.SIZE, capacity);
    }

    public static MapShape flows() {
        return new MapShape(MapType.ARRAY, 4, 4, FLOW_SLOTS + 1);
    }

    /**
     * @param possible how many CPUs there may ever be
     */
    public static MapShape cpus(int possible) {
        return new MapShape(MapType.CPU_MAP, 4, 8, possible);
    }

    public static MapShape senders(int capacity) {
        return new MapShape(MapType.PER_CPU_HASH, SaKey.SIZE, SenderEntry.SIZE, capacity);
    }

    public static MapShape verdicts() {
        return new MapShape(MapType.PER_CPU_ARRAY, 4, 8, Verdict.values().length);
    }
}
