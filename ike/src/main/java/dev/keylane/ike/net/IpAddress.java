package dev.keylane.ike.net;

import dev.keylane.ike.wire.Octets;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** An IPv4 (4 octets) or IPv6 (16 octets) address; ordered within a family as an unsigned number, IPv4 first. */
public record IpAddress(Octets octets) implements Comparable<IpAddress> {
    public static final IpAddress ANY_V4 = new IpAddress(Octets.wrap(new byte[4]));
    public static final IpAddress ANY_V6 = new IpAddress(Octets.wrap(new byte[16]));

    public IpAddress {
        if (octets.length() != 4 && octets.length() != 16) {
            throw new IllegalArgumentException("an IP address of " + octets.length() + " octets");
        }
    }

    /** An address literal, never a name; empty when it is not one. Scope ids and brackets are refused. */
    public static Optional<IpAddress> parse(String literal) {
        boolean v6 = literal.indexOf(':') >= 0;
        if (!v6 && !literal.matches("\\d{1,3}(\\.\\d{1,3}){3}") || literal.indexOf('%') >= 0
                || literal.indexOf('[') >= 0) {
            return Optional.empty();
        }
        try {
            IpAddress address = of(InetAddress.ofLiteral(literal));
            return Optional.of(v6 && address.isV4() ? mapped(address) : address);
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /** A literal that is known to be one. */
    public static IpAddress of(String literal) {
        return parse(literal).orElseThrow(() -> new IllegalArgumentException("not an IP address: " + literal));
    }

    public static IpAddress of(InetAddress address) {
        return new IpAddress(Octets.wrap(address.getAddress()));
    }

    public boolean isV4() {
        return octets.length() == 4;
    }

    /** 32 or 128. */
    public int bits() {
        return octets.length() * 8;
    }

    public boolean isUnspecified() {
        return equals(isV4() ? ANY_V4 : ANY_V6);
    }

    public boolean sameFamily(IpAddress other) {
        return isV4() == other.isV4();
    }

    /** Whether its first {@code prefix} bits are those of an address of the same family. */
    public boolean isWithin(IpAddress net, int prefix) {
        return sameFamily(net) && withHostBits(prefix, false).equals(net.withHostBits(prefix, false));
    }

    /** This address with all bits behind the first {@code prefix} cleared (or set). */
    public IpAddress withHostBits(int prefix, boolean set) {
        byte[] bytes = octets.toByteArray();
        for (int bit = prefix; bit < bits(); bit++) {
            int mask = 0x80 >> (bit & 7);
            bytes[bit >> 3] = (byte) (set ? bytes[bit >> 3] | mask : bytes[bit >> 3] & ~mask);
        }
        return new IpAddress(Octets.wrap(bytes));
    }

    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(octets.toByteArray());
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static IpAddress mapped(IpAddress v4) {
        byte[] bytes = new byte[16];
        bytes[10] = bytes[11] = (byte) 0xff;
        v4.octets.copyTo(bytes, 12);
        return new IpAddress(Octets.wrap(bytes));
    }

    @Override
    public int compareTo(IpAddress other) {
        return octets.length() != other.octets.length()
                ? Integer.compare(octets.length(), other.octets.length())
                : octets.compareTo(other.octets);
    }

    /** Dotted quad, or RFC 5952 text. */
    @Override
    public String toString() {
        return isV4() ? toInetAddress().getHostAddress() : Ipv6Text.of(octets);
    }
}
