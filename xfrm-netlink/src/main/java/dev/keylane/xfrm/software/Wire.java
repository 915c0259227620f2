package dev.keylane.xfrm.software;

/** Where sealed packets leave. */
@FunctionalInterface
public interface Wire {
    /**
     * Takes one ESP packet. Called by every thread that sends, at the same time; it must not block, and the array is
     * the wire's from then on.
     *
     * @return false when it could not take the packet, which is then counted as lost
     */
    boolean send(OuterPath path, byte[] esp);
}
