package dev.keylane.ike.child;

import dev.keylane.ike.net.IpEndpoint;

/** The outer addresses and UDP ports of an SA, ours first. */
public record Path(IpEndpoint local, IpEndpoint remote) {
    /** As charon writes it: {@code 192.0.2.1[500]...198.51.100.1[500]}. */
    @Override
    public String toString() {
        return local + "..." + remote;
    }
}
