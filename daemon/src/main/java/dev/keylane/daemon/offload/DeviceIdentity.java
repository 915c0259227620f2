package dev.keylane.daemon.offload;

import dev.keylane.ethtool.DriverInfo;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.linux.Interfaces;

/**
 * What tells a device from one that has had its name: what was tried on one says nothing of the other.
 *
 * @param index    the kernel's number, 0 when there is no such device
 * @param driver   such as {@code mlx5_core}; empty, as the others, when it does not say
 * @param firmware its version
 * @param bus      where the card is, such as {@code 0000:03:00.0}
 */
public record DeviceIdentity(int index, String driver, String firmware, String bus) {
    public static DeviceIdentity of(Ethtool ethtool, String device) {
        DriverInfo info = DriverInfo.read(ethtool, device).or(_ -> new DriverInfo("", "", ""));
        return new DeviceIdentity(Interfaces.index(device).orElse(0), info.driver(), info.firmware(), info.bus());
    }
}
