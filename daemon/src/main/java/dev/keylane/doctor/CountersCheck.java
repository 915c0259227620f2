package dev.keylane.doctor;

import dev.keylane.ethtool.DeviceCounters;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What the device says it has encrypted, decrypted and dropped. */
final class CountersCheck implements DeviceCheck {
    private static final String NAME = "ipsec-counters";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        Map<String, Long> counters = DeviceCounters.read(sight.ethtool(), device.name(), "ipsec_").or(_ -> Map.of());
        if (counters.isEmpty()) {
            return List.of();
        }
        String dropped = shown(counters, true);
        String passed = shown(counters, false);
        return List.of(dropped.isEmpty() ? new Finding.Ok(NAME, (passed.isEmpty() ? "all 0" : passed + ", nothing dropped"))
                : new Finding.Warn(NAME, dropped + (passed.isEmpty() ? "" : "; " + passed),
                        "ethtool -S " + device.name() + "; cat /proc/net/xfrm_stat"));
    }

    private static String shown(Map<String, Long> counters, boolean drops) {
        return counters.entrySet().stream().filter(each -> each.getKey().contains("_drop_") == drops && each.getValue() != 0)
                .map(each -> each.getKey() + " " + Long.toUnsignedString(each.getValue())).collect(Collectors.joining(", "));
    }
}
