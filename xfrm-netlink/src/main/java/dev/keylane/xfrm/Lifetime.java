package dev.keylane.xfrm;

/** Limits of a state; 0 means none. Seconds count from installation. */
public record Lifetime(long softSeconds, long hardSeconds, long softBytes, long hardBytes, long softPackets,
                       long hardPackets) {
    public static final Lifetime UNLIMITED = new Lifetime(0, 0, 0, 0, 0, 0);
    /** Of a state that something is tried with: the kernel takes it away when whoever has made it has ended meanwhile. */
    public static final Lifetime OF_A_TRIAL = new Lifetime(0, 60, 0, 0, 0, 0);
}
