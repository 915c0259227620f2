package dev.keylane.ike.exchange;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.MessageOptions;

/**
 * What was agreed in IKE_SA_INIT about fragments, RFC 7383 §2.3.
 *
 * @param accepts whether the peer's are taken
 * @param largest octets of a datagram, UDP payload without non-ESP marker, above which a message goes in fragments;
 *                {@link #WHOLE} for never
 */
public record Fragmentation(boolean accepts, int largest) {
    public static final int WHOLE = Integer.MAX_VALUE;
    public static final Fragmentation NONE = new Fragmentation(false, WHOLE);

    /** When both sides have said that they take fragments; {@code remote} tells the address family. */
    public static Fragmentation agreed(IkeOptions.Fragmentation configured, int size, IpAddress remote) {
        return switch (configured) {
            case NO -> NONE;
            case ACCEPT -> new Fragmentation(true, WHOLE);
            // With IKEv2 nobody is sent fragments who has not asked for them.
            case YES, FORCE -> new Fragmentation(true, payload(size, remote));
        };
    }

    /** A peer that sends smaller fragments knows of a narrower way. */
    Fragmentation atMost(int octets) {
        return largest == WHOLE || octets >= largest ? this
                : new Fragmentation(accepts, Math.max(octets, LEAST));
    }

    private static int payload(int size, IpAddress remote) {
        int headers = (remote.isV4() ? IPV4_HEADER : IPV6_HEADER) + UDP_HEADER + NON_ESP_MARKER;
        int whole = size != 0 ? size : remote.isV4() ? EVERY_IPV4_WAY : EVERY_IPV6_WAY;
        return Math.max(whole, MessageOptions.LEAST_FRAGMENT) - headers;
    }

    private static final int IPV4_HEADER = 20;
    private static final int IPV6_HEADER = 40;
    private static final int UDP_HEADER = 8;
    /** Reserved always: the SA may move to the other port. */
    private static final int NON_ESP_MARKER = 4;
    /** RFC 7383 §2.5.1. */
    private static final int EVERY_IPV4_WAY = 576;
    private static final int EVERY_IPV6_WAY = 1280;
    private static final int LEAST = MessageOptions.LEAST_FRAGMENT - IPV6_HEADER - UDP_HEADER - NON_ESP_MARKER;
}
