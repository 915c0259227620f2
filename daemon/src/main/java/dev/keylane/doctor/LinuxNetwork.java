package dev.keylane.doctor;

import dev.keylane.bpf.TcxLink;
import dev.keylane.bpf.XdpHook;
import dev.keylane.linux.Interfaces;
import dev.keylane.linux.LinuxException;
import dev.keylane.rtnetlink.HardwareFilters;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** The one we run in. */
final class LinuxNetwork implements Network {
    @Override
    public List<String> addressed() {
        try {
            return NetworkInterface.networkInterfaces().filter(device -> device.inetAddresses().findAny().isPresent())
                    .map(NetworkInterface::getName).filter(name -> !name.equals("lo")).sorted().toList();
        } catch (SocketException none) {
            return List.of();
        }
    }

    @Override
    public OptionalInt index(String device) {
        return Interfaces.index(device);
    }

    @Override
    public Set<HardwareFilters.Filter> hardwareFilters(int index) {
        return HardwareFilters.of(index);
    }

    @Override
    public Optional<XdpHook> xdp(int index) {
        try {
            return XdpHook.on(index);
        } catch (LinuxException gone) {
            return Optional.empty();
        }
    }

    @Override
    public int sendingPrograms(int index) {
        return TcxLink.programs(index);
    }
}
