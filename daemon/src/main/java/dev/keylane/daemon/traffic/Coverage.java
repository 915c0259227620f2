package dev.keylane.daemon.traffic;

import dev.keylane.pcpu.CpuSet;

/**
 * Which CPUs (or lanes) of a child and peer have SAs of their own.
 *
 * @param wanted  that may have one
 * @param most    how many of them are to have one at the most
 * @param covered that have one
 */
public record Coverage(String connection, String child, boolean lanes, CpuSet wanted, int most, CpuSet covered) {
    public int goal() {
        return Math.min(most, wanted.size());
    }

    /** Of those that are wanted. */
    public int reached() {
        return Math.min(goal(), wanted.and(covered).size());
    }
}
