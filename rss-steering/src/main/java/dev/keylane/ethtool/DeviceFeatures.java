package dev.keylane.ethtool;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a device can do and does, by ETHTOOL_GFEATURES.
 *
 * @param byName such as {@code esp-hw-offload}, as {@code ethtool -k} names them; those that this kernel knows
 */
public record DeviceFeatures(Map<String, State> byName) {
    public DeviceFeatures {
        byName = Map.copyOf(byName);
    }

    /** ABSENT: the device cannot. FIXED: it does, and nobody can change that. */
    public enum State { ON, OFF, FIXED, ABSENT }

    public static Answer<DeviceFeatures> read(Ethtool ethtool, String device) {
        return StringSet.FEATURES.read(ethtool, device).then(names -> {
            int blocks = (names.size() + 31) / 32;
            Command command = new Command("ETHTOOL_GFEATURES", Command.GFEATURES, FEATURES + BLOCK * blocks);
            command.octets().putInt(SIZE, blocks);
            return command.to(ethtool, device).map(answer -> of(names, answer));
        });
    }

    /** ABSENT for what nobody knows. */
    public State of(String name) {
        return byName.getOrDefault(name, State.ABSENT);
    }

    private static DeviceFeatures of(List<String> names, ByteBuffer answer) {
        Map<String, State> states = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            int block = FEATURES + BLOCK * (i / 32);
            boolean changeable = bit(answer, block + AVAILABLE, i) && !bit(answer, block + NEVER_CHANGED, i);
            boolean active = bit(answer, block + ACTIVE, i);
            states.put(names.get(i), active ? changeable ? State.ON : State.FIXED : changeable ? State.OFF : State.ABSENT);
        }
        return new DeviceFeatures(states);
    }

    private static boolean bit(ByteBuffer answer, int block, int number) {
        return (answer.getInt(block) >>> number % 32 & 1) != 0;
    }

    /** struct ethtool_gfeatures, and of its blocks for 32 features each. */
    private static final int SIZE = 4;
    private static final int FEATURES = 8;
    private static final int BLOCK = 16;
    private static final int AVAILABLE = 0;
    private static final int ACTIVE = 8;
    private static final int NEVER_CHANGED = 12;
}
