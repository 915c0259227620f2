package dev.keylane.doctor;

import dev.keylane.ethtool.DriverInfo;
import java.util.List;

/** Whether the device is up, and who drives it. */
final class LinkCheck implements DeviceCheck {
    private static final String NAME = "link";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        SystemText system = sight.system();
        String driver = Device.value(DriverInfo.read(sight.ethtool(), device.name()))
                .map(info -> "driver " + info.driver() + (info.bus().isEmpty() ? "" : " at " + info.bus()))
                .orElse("no driver tells its name");
        if (!device.isUp(system)) {
            return List.of(new Finding.Fail(NAME, "down, " + driver, "ip link set " + device.name() + " up"));
        }
        if (system.text(device.home() + "/carrier").filter("0"::equals).isPresent()) {
            return List.of(new Finding.Warn(NAME, "up without a carrier, " + driver, "look at the cable and the switch"));
        }
        if (device.isLoopback(system)) {
            return List.of(new Finding.Ok(NAME, "up, and leads nowhere else"));
        }
        List<String> lower = device.lower(system);
        return List.of(new Finding.Ok(NAME, "up, " + driver + (lower.isEmpty() ? ""
                : ", on top of " + String.join(", ", lower) + ": ask for the rest there")));
    }
}
