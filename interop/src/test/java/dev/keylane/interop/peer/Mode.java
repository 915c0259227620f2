package dev.keylane.interop.peer;

/** How ESP carries packets: between the two hosts, or between what is behind them. */
public enum Mode {
    TRANSPORT,
    TUNNEL;

    /** As configurations and the kernel spell it. */
    public String text() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
