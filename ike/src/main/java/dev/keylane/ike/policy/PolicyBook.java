package dev.keylane.ike.policy;

import java.util.List;

/**
 * The configuration in force, a snapshot that is replaced as a whole.
 *
 * @param connections in the order they were loaded, which decides between equally good matches
 */
public record PolicyBook(List<Connection> connections, List<SharedKey> sharedKeys) {
    public static final PolicyBook EMPTY = new PolicyBook(List.of(), List.of());

    public PolicyBook {
        connections = List.copyOf(connections);
        sharedKeys = List.copyOf(sharedKeys);
    }
}
