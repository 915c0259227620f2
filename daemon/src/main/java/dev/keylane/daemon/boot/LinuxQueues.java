package dev.keylane.daemon.boot;

import dev.keylane.pcpu.CpuSet;
import dev.keylane.steering.queue.DeviceQueues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The CPUs that serve a device's queues; those of the devices below it when it is a VLAN, a bond or a bridge. */
final class LinuxQueues {
    private LinuxQueues() {
    }

    /** @param root {@code /} */
    static CpuSet cpus(Path root, String device) {
        Set<String> devices = new LinkedHashSet<>();
        collect(root, device, devices);
        return CpuSet.of(devices.stream().flatMap(each -> DeviceQueues.read(root, each).cpus().values().stream())
                .mapToInt(Integer::intValue).toArray());
    }

    private static void collect(Path root, String device, Set<String> devices) {
        if (devices.size() < MOST_DEVICES && devices.add(device)) {
            lower(root, device).forEach(below -> collect(root, below, devices));
        }
    }

    private static List<String> lower(Path root, String device) {
        try (Stream<Path> entries = Files.list(root.resolve("sys/class/net").resolve(device))) {
            return entries.map(entry -> entry.getFileName().toString()).filter(name -> name.startsWith(LOWER))
                    .map(name -> name.substring(LOWER.length())).sorted().toList();
        } catch (IOException vanished) {
            return List.of();
        }
    }

    private static final String LOWER = "lower_";
    private static final int MOST_DEVICES = 64;
}
