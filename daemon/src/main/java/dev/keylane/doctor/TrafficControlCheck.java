package dev.keylane.doctor;

import dev.keylane.daemon.offload.OffloadHints;
import dev.keylane.rtnetlink.HardwareFilters;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Rules of TC (OVS's, for one) in the device: IPsec must be there before. */
final class TrafficControlCheck implements DeviceCheck {
    private static final String NAME = "tc-rules";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        Set<HardwareFilters.Filter> filters = sight.network().hardwareFilters(device.index());
        if (filters.isEmpty()) {
            return List.of(new Finding.Ok(NAME, "none in the device"));
        }
        String seen = filters.size() + " in the device (" + filters.stream().map(HardwareFilters.Filter::kind)
                .collect(Collectors.toCollection(TreeSet::new)).stream().collect(Collectors.joining(", ")) + ")";
        return List.of(device.offloads()
                ? new Finding.Warn(NAME, seen + ", and IPsec before TC: the first SA or policy may be refused (EBUSY)",
                        device.with(OffloadHints.IPSEC_FIRST.command()))
                : new Finding.Ok(NAME, seen));
    }
}
