package dev.keylane.steering.queue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A root directory with what the kernel would say of its devices. */
public final class RecordedSystem {
    private final Path root;
    private final List<String> interrupts = new ArrayList<>();

    public RecordedSystem(Path root) {
        this.root = root;
        write("proc/interrupts", "           CPU0       CPU1\n");
        write("proc/sys/kernel/osrelease", "7.2.13-keylane\n");
    }

    public Path root() {
        return root;
    }

    public RecordedSystem device(String name, String place) {
        try {
            Path home = Files.createDirectories(root.resolve("sys/class/net").resolve(name));
            Path device = Files.createDirectories(root.resolve("sys/devices").resolve(place));
            Files.createSymbolicLink(home.resolve("device"), device);
            Files.createDirectories(home.resolve("queues/rx-0"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        write("sys/class/net/" + name + "/threaded", "0\n");
        return write("sys/class/net/" + name + "/queues/rx-0/rps_cpus", "00000000,00000000\n");
    }

    /** An interrupt that goes to one CPU. */
    public RecordedSystem interrupt(int number, String name, int cpu) {
        return interrupt(number, name, "0-255", Integer.toString(cpu));
    }

    public RecordedSystem interrupt(int number, String name, String allowed, String effective) {
        interrupts.add(String.format("%4d:          0      23699 PCI-MSIX-0000:01:00.0   %d-edge      %s%n", number, number,
                name));
        write("proc/interrupts", "           CPU0       CPU1\n" + String.join("", interrupts)
                + "NMI:          0          0   Non-maskable interrupts\nERR:          0\n");
        write("proc/irq/" + number + "/smp_affinity_list", allowed + "\n");
        return write("proc/irq/" + number + "/effective_affinity_list", effective + "\n");
    }

    /** Interrupts from 100 on, named by {@code pattern}, a queue on each CPU. */
    public RecordedSystem queues(String pattern, int queues) {
        for (int queue = 0; queue < queues; queue++) {
            interrupt(100 + queue, String.format(pattern, queue), queue);
        }
        return this;
    }

    public RecordedSystem write(String file, String text) {
        try {
            Path path = root.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, text);
            return this;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
