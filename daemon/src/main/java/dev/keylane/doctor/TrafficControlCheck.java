package dev.keylane.doctor;

import dev.keylane.daemon.offload.OffloadHints;
import dev.keylane.devlink.DevlinkPort;
import dev.keylane.rtnetlink.HardwareFilters;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rules of TC (OVS's, for one) in the device: IPsec must be there before. */
final class TrafficControlCheck implements DeviceCheck {
    private static final String NAME = "tc-rules";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        List<HardwareFilters.Filter> filters = places(device)
                .mapToObj(index -> sight.network().hardwareFilters(index)).flatMap(Set::stream).toList();
        if (filters.isEmpty()) {
            return List.of(new Finding.Ok(NAME, "none in the device"));
        }
        String seen = filters.size() + " in the device (" + filters.stream().map(HardwareFilters.Filter::kind)
                .distinct().sorted().collect(Collectors.joining(", ")) + ")";
        return List.of(device.offloads()
                ? new Finding.Warn(NAME, seen + ", and IPsec before TC: the first SA or policy may be refused (EBUSY)",
                        device.with(OffloadHints.IPSEC_FIRST.command()))
                : new Finding.Ok(NAME, seen));
    }

    /** The rules of all ports of a card are in the same tables. */
    private static IntStream places(Device device) {
        return IntStream.concat(IntStream.of(device.index()),
                device.ports().stream().mapToInt(DevlinkPort::ifindex).filter(index -> index != 0)).distinct();
    }
}
