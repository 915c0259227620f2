package dev.keylane.ike.net;

import dev.keylane.ike.wire.Octets;

/** The canonical text of an IPv6 address, RFC 5952 §4: lower case, no leading zeros, the longest run of zeros as "::". */
final class Ipv6Text {
    private Ipv6Text() {
    }

    static String of(Octets octets) {
        int[] groups = new int[8];
        for (int i = 0; i < 8; i++) {
            groups[i] = octets.get(2 * i) << 8 | octets.get(2 * i + 1);
        }
        int start = -1;
        int longest = 1;
        for (int i = 0; i < 8; i++) {
            int run = zerosFrom(groups, i);
            if (run > longest) {
                longest = run;
                start = i;
            }
        }
        return start < 0 ? join(groups, 0, 8) : join(groups, 0, start) + "::" + join(groups, start + longest, 8);
    }

    private static int zerosFrom(int[] groups, int from) {
        int i = from;
        while (i < groups.length && groups[i] == 0) {
            i++;
        }
        return i - from;
    }

    private static String join(int[] groups, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i > from ? ":" : "").append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }
}
