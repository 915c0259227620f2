package dev.keylane.ike.policy;

import dev.keylane.ike.net.IpAddress;

/**
 * A contiguous range of addresses of one family, both ends included; {@link #ANY} matches every address. Names have
 * been resolved before a pattern is made.
 *
 * @param text as configured, for messages and list-conns
 */
public record AddressPattern(IpAddress from, IpAddress to, String text) {
    /** Compared by identity of meaning: an IPv4 range from 0.0.0.0 written "%any". */
    public static final AddressPattern ANY = new AddressPattern(IpAddress.ANY_V4, IpAddress.ANY_V4, "%any");

    public AddressPattern {
        if (!from.sameFamily(to) || from.compareTo(to) > 0) {
            throw new IllegalArgumentException("address range " + from + "-" + to);
        }
    }

    public static AddressPattern of(IpAddress address) {
        return new AddressPattern(address, address, address.toString());
    }

    public boolean isAny() {
        return from.isUnspecified() && to.equals(from);
    }

    /** One concrete address, which can be initiated to or from. */
    public boolean isSingle() {
        return from.equals(to) && !isAny();
    }

    public boolean matches(IpAddress address) {
        return isAny() || from.sameFamily(address) && from.compareTo(address) <= 0 && address.compareTo(to) <= 0;
    }
}
