package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;

/** Where a request for a connection goes from and to. */
public final class RequestPath {
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

    /** From one outer address to the other, for an IKE SA that we initiate. */
    public static Path of(Connection connection, IpAddress local, IpAddress remote, EndpointSettings settings) {
        Endpoints endpoints = connection.endpoints();
        return new Path(new IpEndpoint(local, localPort(endpoints, settings)),
                new IpEndpoint(remote, port(endpoints.remotePort(), settings)));
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
