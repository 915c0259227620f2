package dev.keylane.interop.peer;

/**
 * What the two ends agree on. {@code name} is the connection and its child.
 *
 * @param family of the hosts' addresses
 * @param inner  of what is behind the hosts; the same in transport mode
 */
public record Tunnel(String name, Mode mode, Family family, Family inner, Suite suite, boolean esn) {
    public Tunnel(String name, Mode mode, Family family, Suite suite, boolean esn) {
        this(name, mode, family, family, suite, esn);
    }

    /** A plain one to vary from. */
    public static Tunnel plain(String name) {
        return new Tunnel(name, Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    }

    public Tunnel in(Mode otherMode) {
        return new Tunnel(name, otherMode, family, inner, suite, esn);
    }

    /** The address to ping from the left host, so that the tunnel carries it. */
    public String pingTarget() {
        return mode == Mode.TRANSPORT ? family.right : inner.behindRight;
    }
}
