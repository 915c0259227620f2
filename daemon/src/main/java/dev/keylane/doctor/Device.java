package dev.keylane.doctor;

import dev.keylane.devlink.DevlinkHandle;
import dev.keylane.devlink.DevlinkPort;
import dev.keylane.ethtool.Answer;
import dev.keylane.ethtool.DeviceFeatures;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network device, as several checks want it.
 *
 * @param card     whose switch it belongs to; empty for none, and when the kernel has no devlink
 * @param ports    of that card
 * @param features that it can have and has
 */
record Device(String name, int index, Optional<DevlinkHandle> card, List<DevlinkPort> ports, DeviceFeatures features) {
    static Device of(Sight sight, String name, int index) {
        List<DevlinkPort> all = sight.devlink().map(devlink -> devlink.ports()).orElse(List.of());
        Optional<DevlinkHandle> card = all.stream().filter(port -> port.ifindex() == index).map(DevlinkPort::card)
                .findFirst().or(() -> place(sight, name));
        return new Device(name, index, card, all.stream().filter(port -> card.equals(Optional.of(port.card()))).toList(),
                DeviceFeatures.read(sight.ethtool(), name).or(_ -> new DeviceFeatures(Map.of())));
    }

    /** Drivers whose devices are no ports have their card at the device's own place. */
    private static Optional<DevlinkHandle> place(Sight sight, String name) {
        String device = "sys/class/net/" + name + "/device";
        return sight.system().target(device + "/subsystem").flatMap(bus -> sight.system().target(device)
                .map(place -> new DevlinkHandle(last(bus), last(place))));
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Where the kernel shows it. */
    String home() {
        return "sys/class/net/" + name;
    }

    /** The devices that this one stands on: a bond's, a VLAN's. */
    List<String> lower(SystemText system) {
        return system.names(home()).stream().filter(name -> name.startsWith("lower_"))
                .map(name -> name.substring("lower_".length())).toList();
    }

    /** The bits of IFF_UP and its like. */
    int flags(SystemText system) {
        return system.text(home() + "/flags").filter(text -> text.matches("0x[0-9a-f]{1,8}"))
                .map(text -> Integer.parseUnsignedInt(text.substring(2), 16)).orElse(IFF_UP);
    }

    boolean isUp(SystemText system) {
        return (flags(system) & IFF_UP) != 0;
    }

    /** Packets of which never leave the machine. */
    boolean isLoopback(SystemText system) {
        return (flags(system) & IFF_LOOPBACK) != 0;
    }

    DeviceFeatures.State esp() {
        return features.of("esp-hw-offload");
    }

    boolean offloads() {
        return esp() == DeviceFeatures.State.ON || esp() == DeviceFeatures.State.FIXED;
    }

    /** The command with the card's name in it. */
    String with(String command) {
        return card.map(handle -> command.replace("pci/ADDRESS", handle.toString())).orElse(command);
    }

    static <T> Optional<T> value(Answer<T> answer) {
        return switch (answer) {
            case Answer.Is<T>(T value) -> Optional.of(value);
            case Answer.Refused<T> _ -> Optional.empty();
        };
    }

    private static final int IFF_UP = 1;
    private static final int IFF_LOOPBACK = 8;
}
