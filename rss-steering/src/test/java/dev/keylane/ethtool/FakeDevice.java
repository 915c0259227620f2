package dev.keylane.ethtool;

import dev.keylane.linux.Errno;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A driver in memory, which reads and writes the structures at offsets of its own. */
public final class FakeDevice implements Ethtool {
    public static final String KEY =
            "6d5a56da255b0ec24167253d43a38fb0d0ca2bcbae7b30b477cb2da38030f20c6a42b73bbeac01fa";
    public static final long ADDRESSES = 0x30;
    public static final long ADDRESSES_AND_PORTS = 0xf0;

    private final String name;
    public String driver;
    public boolean gone;
    public int function = 1;
    public int transform;
    public byte[] key = HexFormat.of().parseHex(KEY);
    public List<Integer> indirection = List.of();
    public final Map<Integer, Long> hashed = new HashMap<>();
    public final Map<Integer, byte[]> rules = new TreeMap<>();
    public int places;
    public boolean placesOwn;
    public boolean takesRules = true;
    public int refusesRules;
    public boolean forgetsSpis;

    public FakeDevice(String name, String driver) {
        this.name = name;
        this.driver = driver;
    }

    /** A table that puts the remainders on so many queues in turn. */
    public FakeDevice spreading(int entries, int queues) {
        indirection = IntStream.range(0, entries).map(each -> each % queues).boxed().toList();
        return this;
    }

    @Override
    public int call(String device, byte[] command) {
        if (gone || !device.equals(name)) {
            return -Errno.ENODEV;
        }
        ByteBuffer octets = ByteBuffer.wrap(command).order(ByteOrder.nativeOrder());
        return switch (octets.getInt(0)) {
            case 0x03 -> driver(octets);
            case 0x25 -> put(octets, 4, takesRules ? 1 << 27 : 0);
            case 0x29 -> fields(octets);
            case 0x2e -> places == 0 && !placesOwn ? -Errno.EOPNOTSUPP : count(octets);
            case 0x2f -> rule(octets);
            case 0x30 -> locations(octets);
            case 0x31 -> rules.remove(octets.getInt(176)) == null ? -Errno.ENOENT : 0;
            case 0x32 -> insert(octets);
            case 0x46 -> hash(octets);
            default -> -Errno.EOPNOTSUPP;
        };
    }

    private int driver(ByteBuffer octets) {
        octets.put(4, driver.getBytes(StandardCharsets.UTF_8)).put(100, "0000:01:00.0".getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    private static int put(ByteBuffer octets, int at, int value) {
        octets.putInt(at, value);
        return 0;
    }

    private int fields(ByteBuffer octets) {
        Long fields = hashed.get(octets.getInt(4));
        if (fields == null) {
            return -Errno.EOPNOTSUPP;
        }
        octets.putLong(8, fields);
        return 0;
    }

    /** As the kernel does: sizes first, and those of the second call must be right. */
    private int hash(ByteBuffer octets) {
        if (indirection.isEmpty()) {
            return -Errno.EOPNOTSUPP;
        }
        int entries = octets.getInt(8);
        int keySize = octets.getInt(12);
        octets.putInt(8, indirection.size()).putInt(12, key.length);
        if (entries != 0 && entries != indirection.size() || keySize != 0 && keySize != key.length) {
            return -Errno.EINVAL;
        }
        octets.put(16, (byte) function).put(17, (byte) transform);
        for (int i = 0; i < entries; i++) {
            octets.putInt(24 + 4 * i, indirection.get(i));
        }
        if (keySize != 0) {
            octets.put(24 + 4 * entries, key);
        }
        return 0;
    }

    private int count(ByteBuffer octets) {
        octets.putInt(184, rules.size()).putLong(8, places | (placesOwn ? 0x80000000L : 0));
        return 0;
    }

    private int rule(ByteBuffer octets) {
        byte[] rule = rules.get(octets.getInt(176));
        if (rule == null) {
            return -Errno.ENOENT;
        }
        octets.put(16, rule);
        return 0;
    }

    private int locations(ByteBuffer octets) {
        if (octets.getInt(184) < rules.size()) {
            return -90;
        }
        int at = 188;
        for (int location : rules.keySet()) {
            octets.putInt(at, location);
            at += 4;
        }
        return put(octets, 184, rules.size());
    }

    private int insert(ByteBuffer octets) {
        int type = octets.getInt(16);
        if (refusesRules != 0 || type != 0x0a && type != 0x0c) {
            return refusesRules != 0 ? -refusesRules : -Errno.EINVAL;
        }
        if (rules.size() >= places) {
            return -Errno.ENOSPC;
        }
        int location = octets.getInt(176);
        if (location == -1 && !placesOwn || location != -1 && (location < 0 || location >= places)) {
            return -Errno.EINVAL;
        }
        if (location == -1) {
            location = IntStream.range(0, places).filter(each -> !rules.containsKey(each)).findFirst().orElseThrow();
            octets.putInt(176, location);
        }
        byte[] rule = new byte[168];
        octets.get(16, rule);
        if (forgetsSpis) {
            ByteBuffer.wrap(rule).putInt(76 + (type == 0x0a ? 8 : 32), 0);
        }
        rules.put(location, rule);
        return 0;
    }
}
