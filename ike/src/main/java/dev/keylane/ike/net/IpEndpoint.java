package dev.keylane.ike.net;

/** An address and a UDP port, 0..65535; port 0 means "not chosen yet". */
public record IpEndpoint(IpAddress address, int port) {
    public IpEndpoint {
        if (port < 0 || port > 0xffff) {
            throw new IllegalArgumentException("UDP port " + port);
        }
    }

    public IpEndpoint withPort(int other) {
        return new IpEndpoint(address, other);
    }

    /** As charon writes it: {@code 192.0.2.1[500]}. */
    @Override
    public String toString() {
        return address + "[" + port + "]";
    }
}
