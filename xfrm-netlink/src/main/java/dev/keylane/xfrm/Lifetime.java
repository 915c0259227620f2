package dev.keylane.xfrm;

/** Limits of a state; 0 means none. Seconds count from installation. */
public record Lifetime(long softSeconds, long hardSeconds, long softBytes, long hardBytes, long softPackets,
                       long hardPackets) {
    public static final Lifetime UNLIMITED = new Lifetime(0, 0, 0, 0, 0, 0);
}
