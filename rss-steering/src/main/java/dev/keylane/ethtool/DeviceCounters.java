package dev.keylane.ethtool;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a device has counted, under names of its driver's: what {@code ethtool -S} shows. */
public final class DeviceCounters {
    private DeviceCounters() {
    }

    /** @return counters whose names begin with {@code prefix}, in the driver's order */
    public static Answer<Map<String, Long>> read(Ethtool ethtool, String device, String prefix) {
        return StringSet.STATISTICS.read(ethtool, device).then(names -> values(ethtool, device, names, prefix));
    }

    private static Answer<Map<String, Long>> values(Ethtool ethtool, String device, List<String> names, String prefix) {
        if (names.stream().noneMatch(name -> name.startsWith(prefix))) {
            return new Answer.Is<>(Map.of());
        }
        int places = names.size() + StringSet.SPARE;
        Command command = new Command("ETHTOOL_GSTATS", Command.GSTATS, DATA + Long.BYTES * places);
        command.octets().putInt(COUNT, names.size());
        return command.to(ethtool, device).map(answer -> {
            Map<String, Long> counters = new LinkedHashMap<>();
            for (int i = 0; i < Math.min(names.size(), answer.getInt(COUNT)); i++) {
                if (names.get(i).startsWith(prefix)) {
                    counters.put(names.get(i), answer.getLong(DATA + Long.BYTES * i));
                }
            }
            return counters;
        });
    }

    private static final int COUNT = 4;
    private static final int DATA = 8;
}
