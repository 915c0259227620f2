package dev.keylane.ethtool;

import dev.keylane.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** The names a driver has for its numbers. */
enum StringSet {
    STATISTICS(1), FEATURES(4);

    private final int number;

    StringSet(int number) {
        this.number = number;
    }

    Answer<List<String>> read(Ethtool ethtool, String device) {
        Command sizes = new Command("ETHTOOL_GSSET_INFO", Command.GSSET_INFO, 20);
        sizes.octets().putLong(SSET_MASK, 1L << number);
        return sizes.to(ethtool, device).then(answer ->
                names(ethtool, device, answer.getLong(SSET_MASK) == 0 ? 0 : answer.getInt(SSET_DATA)));
    }

    private Answer<List<String>> names(Ethtool ethtool, String device, int count) {
        if (count < 0 || count > MOST) {
            return new Answer.Refused<>(count + " names", Errno.EPROTO);
        }
        if (count == 0) {
            return new Answer.Is<>(List.of());
        }
        // The kernel writes as many as there are now, whatever it is told.
        Command command = new Command("ETHTOOL_GSTRINGS", Command.GSTRINGS, STRINGS + SIZE * (count + SPARE));
        command.octets().putInt(STRING_SET, number).putInt(LENGTH, count);
        return command.to(ethtool, device).map(answer -> IntStream.range(0, Math.min(count, answer.getInt(LENGTH)))
                .mapToObj(each -> text(answer, STRINGS + SIZE * each)).toList());
    }

    private static String text(ByteBuffer from, int at) {
        byte[] octets = new byte[SIZE];
        from.get(at, octets);
        String padded = new String(octets, StandardCharsets.ISO_8859_1);
        int end = padded.indexOf('\0');
        return end < 0 ? padded : padded.substring(0, end);
    }

    /** struct ethtool_sset_info, then ethtool_gstrings. */
    private static final int SSET_MASK = 8;
    private static final int SSET_DATA = 16;
    private static final int STRING_SET = 4;
    private static final int LENGTH = 8;
    private static final int STRINGS = 12;
    private static final int SIZE = 32;
    private static final int MOST = 1 << 14;
    /** Places for what a driver may have got more since it was asked how many there are, as by {@code ethtool -L}. */
    static final int SPARE = 1024;
}
