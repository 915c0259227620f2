package dev.keylane.daemon.shard;

import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;
import java.util.Optional;

/** Where an IKE SA that we initiate runs: the configured addresses, or the one the route to the peer leaves from. */
final class InitialPath {
    private InitialPath() {
    }

    static Optional<Path> of(Connection connection, EndpointSettings settings, HostNetwork network) {
        Endpoints endpoints = connection.endpoints();
        Optional<IpAddress> remote = endpoints.firstRemote();
        Optional<IpAddress> local = endpoints.firstLocal()
                .or(() -> remote.flatMap(network::sourceFor)).filter(a -> remote.isPresent() && a.sameFamily(remote.get()));
        return local.map(from -> new Path(new IpEndpoint(from, localPort(endpoints, settings)),
                new IpEndpoint(remote.orElseThrow(), port(endpoints.remotePort(), settings))));
    }

    /**
     * A peer on a port of its own expects the non-ESP marker (RFC 7296 §2.23 knows port 500 alone without it), so we
     * speak from the socket that sets it.
     */
    private static int localPort(Endpoints endpoints, EndpointSettings settings) {
        boolean ordinary = port(endpoints.remotePort(), settings) == settings.port()
                && port(endpoints.localPort(), settings) == settings.port();
        return ordinary ? settings.port() : settings.natPort();
    }

    private static int port(int configured, EndpointSettings settings) {
        return configured == 0 ? settings.port() : configured;
    }
}
