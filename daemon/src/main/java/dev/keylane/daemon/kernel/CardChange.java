package dev.keylane.daemon.kernel;

import java.util.Set;

/**
 * Cards were set otherwise: their switch, their driver's parameters, what their functions may do.
 *
 * @param buses where they are, such as {@code 0000:03:00.0}; empty when it may be any of them
 */
public record CardChange(Set<String> buses) {
    public CardChange {
        buses = Set.copyOf(buses);
    }
}
