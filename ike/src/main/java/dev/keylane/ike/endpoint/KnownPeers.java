package dev.keylane.ike.endpoint;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import java.util.HashMap;
import java.util.Map;

/** The addresses that connections name exactly: many tunnels between one pair of them are no attack. */
final class KnownPeers {
    private PolicyBook book = PolicyBook.EMPTY;
    private Map<IpAddress, Integer> connections = Map.of();

    /** How many of the connections in force name {@code address} as their peer's, and not only a range it is in. */
    int connections(IpAddress address, PolicyBook inForce) {
        if (inForce != book) {
            book = inForce;
            connections = count(inForce);
        }
        return connections.isEmpty() ? 0 : connections.getOrDefault(address, 0);
    }

    private static Map<IpAddress, Integer> count(PolicyBook book) {
        Map<IpAddress, Integer> counts = new HashMap<>();
        for (Connection connection : book.connections()) {
            connection.endpoints().remote().stream().filter(AddressPattern::isSingle).map(AddressPattern::from)
                    .distinct().forEach(address -> counts.merge(address, 1, Integer::sum));
        }
        return counts;
    }
}
