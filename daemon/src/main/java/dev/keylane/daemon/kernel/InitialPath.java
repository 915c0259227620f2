package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;
import java.util.Optional;

/** Where an IKE SA that we initiate runs: the configured addresses, or the one the route to the peer leaves from. */
public final class InitialPath {
    private InitialPath() {
    }

    /** Why there is none; charon's words where a name has no address. */
    public static String reasonAgainst(Connection connection) {
        return connection.endpoints().unresolved().stream().filter(_ -> connection.endpoints().waits()).findFirst()
                .map(name -> "unable to resolve " + name + ", initiate aborted").orElse("no address to initiate from or to");
    }

    public static Optional<Path> of(Connection connection, EndpointSettings settings, HostNetwork network) {
        Endpoints endpoints = connection.endpoints();
        return endpoints.firstRemote().flatMap(remote -> local(endpoints, remote, network)
                .map(local -> RequestPath.of(connection, local, remote, settings)));
    }

    /** The configured address of ours, or that of the route to the peer where any will do; of the peer's family. */
    static Optional<IpAddress> local(Endpoints endpoints, IpAddress remote, HostNetwork network) {
        return endpoints.firstLocal().or(() -> endpoints.mayFollowRoute() ? network.sourceFor(remote) : Optional.empty())
                .filter(remote::sameFamily);
    }
}
