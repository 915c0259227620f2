package dev.keylane.ike.sa;

/** Why a datagram was thrown away: the label of its counter. */
public enum DropReason {
    MALFORMED, WRONG_VERSION, UNKNOWN_SPI, UNAUTHENTIC, OUT_OF_WINDOW, DUPLICATE, UNEXPECTED_EXCHANGE, BAD_COOKIE,
    HALF_OPEN_LIMIT, SOURCE_LIMIT, TOO_LARGE, RATIONED, NO_CONNECTION, BUSY, UNPROTECTED, FRAGMENT;

    public String label() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
