package dev.keylane.doctor;

import dev.keylane.bpf.XdpHook;
import dev.keylane.bpf.XdpMode;
import dev.keylane.linux.Errno;
import java.util.List;
import java.util.Optional;

/** Whether the places for our programs are free. */
final class HooksCheck implements DeviceCheck {
    @Override
    public List<Finding> of(Sight sight, Device device) {
        return List.of(xdp(sight.network().xdp(device.index()), device), sending(sight.network().sendingPrograms(device.index())));
    }

    private static Finding xdp(Optional<XdpHook> hook, Device device) {
        return hook.<Finding>map(taken -> taken.name().startsWith("keylane_")
                ? new Finding.Ok("xdp", "runs " + taken)
                : new Finding.Warn("xdp", "runs " + taken + ", which is not keylane's", "ip link set dev " + device.name()
                        + (taken.mode() == XdpMode.GENERIC ? " xdpgeneric off" : " xdpdrv off")))
                .orElse(new Finding.Ok("xdp", "free"));
    }

    private static Finding sending(int programs) {
        return programs >= 0 ? new Finding.Ok("tcx", programs + " programs where it sends")
                : programs == -Errno.EPERM ? Finding.needsRoot("tcx")
                : new Finding.Warn("tcx", "no programs where it sends (" + Errno.name(-programs) + "): each CPU's first SA costs"
                        + " packets", "boot Linux 6.6 or later, with CONFIG_NET_XGRESS");
    }
}
