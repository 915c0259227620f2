package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;

/** Where a request for a connection goes from and to. */
final class RequestPath {
    private RequestPath() {
    }

    record Outer(IpAddress local, IpAddress remote) {
    }

    /**
     * The outer addresses for an acquire. In transport mode the kernel names the packet's own addresses, which need
     * not be the connection's.
     */
    static Outer outer(Connection connection, IpAddress source, IpAddress destination) {
        Endpoints endpoints = connection.endpoints();
        return endpoints.matches(source, destination)
                ? new Outer(source, destination)
                : new Outer(endpoints.firstLocal().orElse(source), endpoints.firstRemote().orElse(destination));
    }

    static Path of(Connection connection, IpAddress local, IpAddress remote, EndpointSettings settings) {
        Endpoints endpoints = connection.endpoints();
        int localPort = endpoints.localPort() == 0 ? settings.port() : endpoints.localPort();
        int remotePort = endpoints.remotePort() == 0 ? settings.port() : endpoints.remotePort();
        return new Path(new IpEndpoint(local, localPort), new IpEndpoint(remote, remotePort));
    }
}
