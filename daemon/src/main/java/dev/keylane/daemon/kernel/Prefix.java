package dev.keylane.daemon.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** An address with the number of its bits that count. */
record Prefix(IpAddress address, int length) {
    /** The fewest prefixes whose union is the range; at most 62 for IPv4, 254 for IPv6. */
    static List<Prefix> exact(IpAddress from, IpAddress to) {
        List<Prefix> prefixes = new ArrayList<>();
        BigInteger start = number(from);
        BigInteger end = number(to);
        while (start.compareTo(end) <= 0) {
            int free = start.signum() == 0 ? from.bits() : start.getLowestSetBit();
            while (start.add(BigInteger.ONE.shiftLeft(free)).subtract(BigInteger.ONE).compareTo(end) > 0) {
                free--;
            }
            prefixes.add(new Prefix(address(start, from.bits()), from.bits() - free));
            start = start.add(BigInteger.ONE.shiftLeft(free));
        }
        return prefixes;
    }

    /** The longest single prefix that contains the range. */
    static Prefix covering(IpAddress from, IpAddress to) {
        int length = from.bits() - number(from).xor(number(to)).bitLength();
        return new Prefix(from.withHostBits(length, false), length);
    }

    private static BigInteger number(IpAddress address) {
        return new BigInteger(1, address.octets().borrow());
    }

    private static IpAddress address(BigInteger number, int bits) {
        byte[] octets = new byte[bits / 8];
        byte[] digits = number.toByteArray();
        int used = Math.min(digits.length, octets.length);
        System.arraycopy(digits, digits.length - used, octets, octets.length - used, used);
        return new IpAddress(Octets.wrap(octets));
    }
}
