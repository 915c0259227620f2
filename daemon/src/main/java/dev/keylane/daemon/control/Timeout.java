package dev.keylane.daemon.control;

/**
 * How long a request may take.
 *
 * @param millis 0 to wait as long as it takes, -1 to answer at once without waiting
 */
public record Timeout(long millis) {
    public static final Timeout FOREVER = new Timeout(0);
    public static final Timeout NO_WAIT = new Timeout(-1);

    public boolean isNoWait() {
        return millis < 0;
    }

    public boolean isForever() {
        return millis == 0;
    }
}
