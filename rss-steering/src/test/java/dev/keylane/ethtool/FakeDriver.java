package dev.keylane.ethtool;

import dev.keylane.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A driver in memory that knows names and numbers: features, counters, channels. Offsets are its own. */
public final class FakeDriver implements Ethtool {
    /** In the order of bits: available, active, never to be changed. */
    public final Map<String, String> features = new LinkedHashMap<>();
    public final Map<String, Long> counters = new LinkedHashMap<>();
    public String driver = "fake";
    /** Most to receive with, most for both, receiving now, for both now; none to refuse. */
    public List<Integer> channels = List.of();
    /** How many counters came up between the question for names and that for values. */
    public int newCounters;

    @Override
    public int call(String device, byte[] command) {
        ByteBuffer octets = ByteBuffer.wrap(command).order(ByteOrder.nativeOrder());
        return switch (octets.getInt(0)) {
            case 0x03 -> {
                octets.put(4, driver.getBytes(StandardCharsets.UTF_8));
                yield 0;
            }
            case 0x37 -> sizes(octets);
            case 0x1b -> names(octets);
            case 0x1d -> values(octets);
            case 0x3a -> states(octets);
            case 0x3c -> channels(octets);
            default -> -Errno.EOPNOTSUPP;
        };
    }

    private List<String> set(int number) {
        return List.copyOf((number == 1 ? counters : features).keySet());
    }

    private int sizes(ByteBuffer octets) {
        int number = octets.getLong(8) == 1L << 1 ? 1 : 4;
        octets.putLong(8, set(number).isEmpty() ? 0 : 1L << number).putInt(16, set(number).size());
        return 0;
    }

    private int names(ByteBuffer octets) {
        List<String> names = set(octets.getInt(4));
        octets.putInt(8, names.size());
        for (int i = 0; i < names.size(); i++) {
            octets.put(12 + 32 * i, names.get(i).getBytes(StandardCharsets.US_ASCII));
        }
        return 0;
    }

    private int values(ByteBuffer octets) {
        List<Long> values = new ArrayList<>(counters.values());
        octets.putInt(4, values.size() + newCounters);
        for (int i = 0; i < values.size() + newCounters; i++) {
            octets.putLong(8 + 8 * i, i < values.size() ? values.get(i) : -1);
        }
        return 0;
    }

    private int states(ByteBuffer octets) {
        int number = 0;
        for (String state : features.values()) {
            int block = 8 + 16 * (number / 32);
            for (int word = 0; word < 3; word++) {
                int at = block + new int[] {0, 8, 12}[word];
                octets.putInt(at, octets.getInt(at) | (state.charAt(word) == '1' ? 1 << number % 32 : 0));
            }
            number++;
        }
        return 0;
    }

    private int channels(ByteBuffer octets) {
        if (channels.isEmpty()) {
            return -Errno.EOPNOTSUPP;
        }
        octets.putInt(4, channels.get(0)).putInt(16, channels.get(1)).putInt(20, channels.get(2)).putInt(32, channels.get(3));
        return 0;
    }
}
