package dev.keylane.ike.policy;

/**
 * How messages travel once the IKE SA is made.
 *
 * @param window       requests of a peer's that are taken at once, RFC 7296 §2.3; 1 is not announced
 * @param fragmentSize octets of an IP datagram with a fragment of a message, RFC 7383, headers included; 0 for what every
 *                     way of the address family carries
 */
public record MessageOptions(int window, int fragmentSize) {
    public static final MessageOptions DEFAULT = new MessageOptions(64, 1280);
    public static final int MOST_WINDOW = 256;
    /** Below this there is hardly room for anything but headers. */
    public static final int LEAST_FRAGMENT = 200;
}
