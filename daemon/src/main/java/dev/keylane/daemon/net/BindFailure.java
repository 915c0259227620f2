package dev.keylane.daemon.net;

/**
 * Why an address could not be listened on.
 *
 * @param text one line for the log
 */
public record BindFailure(Kind kind, String text) {
    public enum Kind {
        PERMISSION,
        /** Somebody else listens there. */
        IN_USE,
        /** No interface has the address, which may change. */
        NO_SUCH_ADDRESS,
        OTHER
    }

    static BindFailure of(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        if (text.contains("ermission denied")) {
            return new BindFailure(Kind.PERMISSION, "permission denied; ports below 1024 need CAP_NET_BIND_SERVICE, "
                    + "or choose others by --port and --nat-port");
        }
        if (text.contains("already in use")) {
            return new BindFailure(Kind.IN_USE, "somebody else listens there");
        }
        return text.contains("Cannot assign requested address")
                ? new BindFailure(Kind.NO_SUCH_ADDRESS, "no interface has this address")
                : new BindFailure(Kind.OTHER, text);
    }
}
