package dev.keylane.steering;

import java.util.Locale;

/** What a program did with a packet, and why. All but the first let it go on where it is. */
public enum Verdict {
    /** Handed to another CPU. */
    REDIRECTED,
    /** It is on its CPU already. */
    ALREADY_HERE,
    /** ESP, but no entry for its address and SPI. */
    NO_ENTRY,
    /** Its CPU has no queue. */
    NO_QUEUE,
    /** Neither IPv4 nor IPv6 within two VLAN tags. */
    NOT_IP,
    /** IP, but neither ESP nor ESP-in-UDP. */
    NOT_ESP,
    FRAGMENT,
    /** A non-ESP marker on the port of ESP-in-UDP (RFC 3948 §2.2). */
    IKE,
    /** A single octet 0xff on that port (RFC 3948 §2.3). */
    KEEPALIVE,
    /** SPI 0 to 255, which no SA has (RFC 4303 §2.1). */
    RESERVED_SPI,
    /** More IPv6 extension headers than are looked through. */
    TOO_MANY_HEADERS,
    /** A header that contradicts itself. */
    MALFORMED,
    /** The packet ends within a header. */
    TRUNCATED;

    /** Such as {@code already-here}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
