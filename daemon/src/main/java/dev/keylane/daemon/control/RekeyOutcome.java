package dev.keylane.daemon.control;

import org.jspecify.annotations.Nullable;

/**
 * What became of a request to rekey: it is begun, and goes on by itself.
 *
 * @param matches SAs that are being rekeyed
 * @param failure null unless there are none
 */
public record RekeyOutcome(int matches, @Nullable String failure) {
    public static final RekeyOutcome NO_SELECTOR = new RekeyOutcome(0, "missing rekey selector");

    public static RekeyOutcome of(int matches) {
        return new RekeyOutcome(matches, matches == 0 ? "no matching SAs to rekey found" : null);
    }
}
