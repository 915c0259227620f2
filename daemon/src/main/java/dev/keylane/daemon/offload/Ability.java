package dev.keylane.daemon.offload;

import java.util.Locale;

/** What a device is tried for. All but {@link #CRYPTO} are about packet offload. */
public enum Ability {
    CRYPTO("crypto offload"),
    TRANSPORT("packet offload in transport mode"),
    TUNNEL("packet offload in tunnel mode"),
    IPV6("packet offload over IPv6"),
    ESN("extended sequence numbers"),
    WINDOW_32("a replay window of 32 packets"),
    WINDOW_64("a replay window of 64 packets"),
    WINDOW_128("a replay window of 128 packets"),
    WINDOW_256("a replay window of 256 packets"),
    WINDOW_1024("a replay window of 1024 packets"),
    UDP_TRANSPORT("UDP encapsulation in transport mode"),
    UDP_TUNNEL("UDP encapsulation in tunnel mode"),
    INTERFACE_ID("interface ids of what comes in"),
    DUPLICATES("several outbound SAs of one reqid"),
    POLICY("policies"),
    PRIORITY("policies with priorities"),
    ICMPV6("policies for ICMPv6");

    private final String words;

    Ability(String words) {
        this.words = words;
    }

    /** As in labels: {@code udp-tunnel}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people: {@code extended sequence numbers}. */
    public String words() {
        return words;
    }
}
