package dev.keylane.ike.sa;

/** How a handshake ended: the label of its counter. */
public enum HandshakeResult {
    ESTABLISHED, NO_PROPOSAL, AUTHENTICATION_FAILED, TIMEOUT, PEER_REFUSED, INVALID, HALF_OPEN_TIMEOUT, CANCELLED;

    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
