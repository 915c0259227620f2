package dev.keylane.interop.peer;

/** What the two ends agree on. {@code name} is the connection and its child. */
public record Tunnel(String name, Mode mode, Family family, Suite suite, boolean esn) {
    /** A plain one to vary from. */
    public static Tunnel plain(String name) {
        return new Tunnel(name, Mode.TUNNEL, Family.IPV4, Suite.AES_GCM, true);
    }

    public Tunnel in(Mode otherMode) {
        return new Tunnel(name, otherMode, family, suite, esn);
    }

    /** The address to ping from the left host, so that the tunnel carries it. */
    public String pingTarget() {
        return mode == Mode.TRANSPORT ? family.right : family.behindRight;
    }
}
