package dev.keylane.steering.xdp;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * @param directory where to pin, in a BPF file system; one for each network namespace
 * @param encapPort UDP port where ESP-in-UDP arrives
 * @param capacity  entries a device: twice the SAs there may be, since in a rekey two stand
 * @param queueSize packets that may wait for a CPU, 1 to 16384
 */
public record XdpSettings(Path directory, int encapPort, int capacity, int queueSize) {
    public static final XdpSettings DEFAULT = new XdpSettings(Path.of("/sys/fs/bpf/keylane"), 4500, 32768, 2048);

    public XdpSettings withDirectory(Path other) {
        return new XdpSettings(other, encapPort, capacity, queueSize);
    }

    public XdpSettings withEncapPort(int other) {
        return new XdpSettings(directory, other, capacity, queueSize);
    }

    public XdpSettings withCapacity(int other) {
        return new XdpSettings(directory, encapPort, other, queueSize);
    }

    /** Where a device's things for one purpose are. */
    Path home(String purpose, String device) {
        return directory.resolve(purpose).resolve(device.replace('.', ':'));
    }

    /** Of all devices that have any, by name. */
    Map<String, Path> homes(String purpose) {
        try (Stream<Path> homes = Files.list(directory.resolve(purpose))) {
            return homes.collect(Collectors.toMap(home -> home.getFileName().toString().replace(':', '.'), home -> home));
        } catch (IOException none) {
            return Map.of();
        }
    }
}
