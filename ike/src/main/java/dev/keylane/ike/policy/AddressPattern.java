package dev.keylane.ike.policy;

import dev.keylane.ike.net.IpAddress;

/**
 * A contiguous range of addresses of one family, both ends included; {@link #ANY} matches every address. Names have
 * been looked up before a pattern is made.
 *
 * @param text     as configured, for messages and list-conns
 * @param resolved false for a name that has no address yet: nothing matches it
 */
public record AddressPattern(IpAddress from, IpAddress to, String text, boolean resolved) {
    /** Compared by identity of meaning: an IPv4 range from 0.0.0.0 written "%any". */
    public static final AddressPattern ANY = new AddressPattern(IpAddress.ANY_V4, IpAddress.ANY_V4, "%any");

    public AddressPattern {
        if (!from.sameFamily(to) || from.compareTo(to) > 0) {
            throw new IllegalArgumentException("address range " + from + "-" + to);
        }
    }

    public AddressPattern(IpAddress from, IpAddress to, String text) {
        this(from, to, text, true);
    }

    /** A name that has no address yet. */
    public static AddressPattern unresolved(String name) {
        return new AddressPattern(IpAddress.ANY_V4, IpAddress.ANY_V4, name, false);
    }

    public static AddressPattern of(IpAddress address) {
        return new AddressPattern(address, address, address.toString());
    }

    public boolean isAny() {
        return resolved && from.isUnspecified() && to.equals(from);
    }

    /** One concrete address, which can be initiated to or from. */
    public boolean isSingle() {
        return resolved && from.equals(to) && !isAny();
    }

    public boolean matches(IpAddress address) {
        return isAny() || resolved && from.sameFamily(address) && from.compareTo(address) <= 0 && address.compareTo(to) <= 0;
    }
}
