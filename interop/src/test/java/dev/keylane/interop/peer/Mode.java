package dev.keylane.interop.peer;

import java.util.Locale;

/** How ESP carries packets: between the two hosts, or between what is behind them. */
public enum Mode {
    TRANSPORT,
    TUNNEL;

    /** As configurations and the kernel spell it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
