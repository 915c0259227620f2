package dev.keylane.ike.auth;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Identification;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Which connection a peer belongs to: by addresses at first, by identities once they are known. Closest first. */
public final class ConnectionSelection {
    private ConnectionSelection() {
    }

    /** Every connection the addresses allow; equally close ones in the order they were loaded. */
    public static List<Connection> byAddress(List<Connection> connections, IpAddress local, IpAddress remote) {
        return connections.stream()
                .filter(connection -> connection.endpoints().matches(local, remote))
                .sorted(Comparator.comparingInt((Connection c) -> closeness(c.endpoints().remote(), remote))
                        .thenComparingInt(c -> closeness(c.endpoints().local(), local)).reversed())
                .toList();
    }

    /**
     * The one that fits both identities best.
     *
     * @param wanted the identity the peer expects of us (IDr), null when it named none
     */
    public static Optional<Connection> byIdentity(List<Connection> candidates, IpAddress local,
                                                  Identification peer, @Nullable Identification wanted) {
        Connection best = null;
        int bestRank = IdentificationMatch.NONE;
        for (Connection connection : candidates) {
            int rank = rank(connection.remote().id(), peer);
            Identification own = own(connection, local);
            if (rank > bestRank && (wanted == null || IdentificationMatch.matches(own, wanted))) {
                best = connection;
                bestRank = rank;
            }
        }
        return Optional.ofNullable(best);
    }

    /** The identity we use: the configured one, or our address. */
    public static Identification own(Connection connection, IpAddress local) {
        Identification configured = connection.local().id();
        if (configured != null && !configured.isAny()) {
            return configured;
        }
        return new Identification(local.isV4() ? Identification.IPV4_ADDR : Identification.IPV6_ADDR, local.octets());
    }

    private static int rank(@Nullable Identification pattern, Identification peer) {
        return pattern == null ? IdentificationMatch.ANYBODY : IdentificationMatch.rank(pattern, peer);
    }

    private static int closeness(List<AddressPattern> patterns, IpAddress address) {
        return patterns.stream().filter(pattern -> pattern.matches(address))
                .mapToInt(pattern -> pattern.isSingle() ? 2 : pattern.isAny() ? 0 : 1).max().orElse(0);
    }
}
