package dev.keylane.ike.policy;

import dev.keylane.ike.net.IpAddress;
import java.util.Optional;

/**
 * A range of addresses, a protocol and a range of ports, RFC 7296 §3.13.1.
 *
 * @param protocol  IP protocol, 0 for any
 * @param startPort for ICMP the type in the high octet and the code in the low one; 65535 with {@code endPort} 0 is
 *                  OPAQUE
 */
public record TrafficSelector(int protocol, int startPort, int endPort, IpAddress start, IpAddress end) {
    public TrafficSelector {
        if (!start.sameFamily(end)) {
            throw new IllegalArgumentException("selector from " + start + " to " + end);
        }
    }

    /** Every protocol and port of a prefix; host bits are cleared. */
    public static TrafficSelector subnet(IpAddress address, int prefix) {
        return new TrafficSelector(0, 0, 0xffff, address.withHostBits(prefix, false),
                address.withHostBits(prefix, true));
    }

    public boolean isOpaque() {
        return startPort == 0xffff && endPort == 0;
    }

    public boolean anyPort() {
        return startPort == 0 && endPort == 0xffff;
    }

    /** What both contain; empty when that is nothing. */
    public Optional<TrafficSelector> intersect(TrafficSelector other) {
        if (!start.sameFamily(other.start) || protocol != 0 && other.protocol != 0 && protocol != other.protocol) {
            return Optional.empty();
        }
        IpAddress from = max(start, other.start);
        IpAddress to = min(end, other.end);
        if (from.compareTo(to) > 0) {
            return Optional.empty();
        }
        int shared = protocol == 0 ? other.protocol : protocol;
        if (isOpaque() || other.isOpaque()) {
            boolean fits = (isOpaque() || anyPort()) && (other.isOpaque() || other.anyPort());
            return fits ? Optional.of(new TrafficSelector(shared, 0xffff, 0, from, to)) : Optional.empty();
        }
        int low = Math.max(startPort, other.startPort);
        int high = Math.min(endPort, other.endPort);
        return low > high ? Optional.empty() : Optional.of(new TrafficSelector(shared, low, high, from, to));
    }

    public boolean contains(TrafficSelector other) {
        return intersect(other).filter(other::equals).isPresent();
    }

    /** The length of the prefix this is exactly, or -1 when it is no prefix. */
    public int prefixLength() {
        for (int prefix = start.bits(); prefix >= 0; prefix--) {
            if (start.withHostBits(prefix, false).equals(start) && start.withHostBits(prefix, true).equals(end)) {
                return prefix;
            }
        }
        return -1;
    }

    /** The longest prefix that covers the whole range: what a kernel selector can express. */
    public int coveringPrefix() {
        int prefix = 0;
        while (prefix < start.bits() && start.withHostBits(prefix + 1, false).equals(end.withHostBits(prefix + 1, false))) {
            prefix++;
        }
        return prefix;
    }

    private static IpAddress max(IpAddress a, IpAddress b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static IpAddress min(IpAddress a, IpAddress b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    /** As charon writes it: {@code 192.0.2.0/24[udp/4789]}. */
    @Override
    public String toString() {
        int prefix = prefixLength();
        String addresses = prefix >= 0 ? start + "/" + prefix : start + ".." + end;
        return protocol == 0 && anyPort() ? addresses : addresses + "[" + SelectorText.protocolAndPort(this) + "]";
    }
}
