package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;
import java.util.Optional;

/** Where an IKE SA that we initiate runs: the configured addresses, or the one the route to the peer leaves from. */
public final class InitialPath {
    /** Why there is none; charon's words where a name has no address. */
    public static String reasonAgainst(Connection connection) {
        return connection.endpoints().unresolved().stream().filter(_ -> connection.endpoints().waits()).findFirst()
                .map(name -> "unable to resolve " + name + ", initiate aborted").orElse("no address to initiate from or to");
    }

    private InitialPath() {
    }

    public static Optional<Path> of(Connection connection, EndpointSettings settings, HostNetwork network) {
        Endpoints endpoints = connection.endpoints();
        Optional<IpAddress> remote = endpoints.firstRemote();
        Optional<IpAddress> local = endpoints.firstLocal()
                .or(() -> remote.filter(_ -> endpoints.mayFollowRoute()).flatMap(network::sourceFor)).filter(a -> remote.isPresent() && a.sameFamily(remote.get()));
        return local.map(from -> RequestPath.of(connection, from, remote.orElseThrow(), settings));
    }
}
