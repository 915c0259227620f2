package dev.keylane.ike.policy;

/** The part of a selector's text behind its addresses: {@code udp/4789}, {@code tcp/1024-65535}, {@code icmp/8(0)}. */
final class SelectorText {
    private SelectorText() {
    }

    static String protocolAndPort(TrafficSelector ts) {
        String protocol = switch (ts.protocol()) {
            case 0 -> "0";
            case ICMP -> "icmp";
            case TCP -> "tcp";
            case UDP -> "udp";
            case ICMPV6 -> "ipv6-icmp";
            default -> Integer.toString(ts.protocol());
        };
        return ts.anyPort() ? protocol : protocol + "/" + port(ts);
    }

    private static String port(TrafficSelector ts) {
        if (ts.isOpaque()) {
            return "OPAQUE";
        }
        if (ts.protocol() == ICMP || ts.protocol() == ICMPV6) {
            return icmp(ts.startPort(), ts.endPort());
        }
        return ts.startPort() == ts.endPort() ? "" + ts.startPort() : ts.startPort() + "-" + ts.endPort();
    }

    /** RFC 7296 §3.13.1: the ICMP type is the upper octet of the port field, the code the lower one. */
    private static String icmp(int start, int end) {
        if (start >> 8 == end >> 8 && (start & 0xff) == 0 && (end & 0xff) == 0xff) {
            return "" + (start >> 8);
        }
        return start == end ? (start >> 8) + "(" + (start & 0xff) + ")" : start + "-" + end;
    }

    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int ICMPV6 = 58;
}
