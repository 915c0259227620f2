package dev.keylane.devlink;

import java.util.Optional;

/**
 * The switch in a card.
 *
 * @param mode  {@code legacy} or {@code switchdev}, or the number of a mode that is newer than this
 * @param encap whether it encapsulates packets: {@code none} or {@code basic}; empty where it cannot
 */
public record Eswitch(String mode, Optional<String> encap) {
    /** {@code switchdev, encap-mode basic}. */
    @Override
    public String toString() {
        return mode + encap.map(how -> ", encap-mode " + how).orElse("");
    }
}
