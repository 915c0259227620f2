package dev.keylane.daemon.control;

import dev.keylane.pcpu.CpuSet;
import java.time.Instant;

/**
 * Something that happened to SAs or the configuration, for people to read.
 *
 * @param at         when it happened last
 * @param connection the operator's name for the peer, empty when it is about none
 * @param child      empty when it is about an IKE SA
 * @param cpus       of the SAs it is about, empty for those that serve all
 * @param times      how often it has happened in a row
 * @param peer       the peer's address
 * @param reason     what made it happen, empty where that goes without saying
 */
public record Happening(Instant at, Kind kind, String connection, String child, CpuSet cpus, int times, String peer,
                        String reason) {
    public enum Kind {
        IKE_UP, IKE_REKEYED, IKE_DOWN, CHILD_UP, CHILD_DOWN, CHILD_FAILED,
        /** The files were read again: it is about the configuration, and has neither connection nor child. */
        RELOADED, RELOAD_FAILED;

        /** Whether it is something to worry about. */
        public boolean isBad() {
            return this == CHILD_FAILED || this == IKE_DOWN || this == RELOAD_FAILED;
        }
    }
}
