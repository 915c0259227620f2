package dev.keylane.steering.queue;

import dev.keylane.linux.Cpus;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Where a device's receive queues are worked on, at the moment of reading.
 *
 * @param cpus    queue to CPU, without those queues whose interrupt may go to several CPUs
 * @param trouble why that does not tell where packets are decrypted; empty when it does
 */
public record DeviceQueues(Map<Integer, Integer> cpus, Optional<String> trouble) {
    public DeviceQueues {
        cpus = Map.copyOf(cpus);
    }

    /**
     * @param root {@code /}
     */
    public static DeviceQueues read(Path root, String device) {
        SystemFiles files = new SystemFiles(root);
        Map<Integer, Integer> interrupts = new Interrupts(files).of(device);
        Map<Integer, Integer> cpus = new TreeMap<>();
        interrupts.forEach((queue, interrupt) ->
                cpu(files, interrupt).ifPresent(cpu -> cpus.put(queue, cpu)));
        return new DeviceQueues(cpus, trouble(files, device, interrupts.size(), cpus.size()));
    }

    /** The queues that a CPU works on, in their order. */
    public List<Integer> of(int cpu) {
        return cpus.entrySet().stream().filter(each -> each.getValue() == cpu).map(Map.Entry::getKey).sorted().toList();
    }

    /** Where the interrupt really goes, or else where it may go if that is one CPU. */
    private static Optional<Integer> cpu(SystemFiles files, int interrupt) {
        String irq = "proc/irq/" + interrupt + "/";
        return single(files, irq + "effective_affinity_list").or(() -> single(files, irq + "smp_affinity_list"));
    }

    private static Optional<Integer> single(SystemFiles files, String file) {
        return files.text(file).flatMap(Cpus::parse).filter(cpus -> cpus.size() == 1).map(List::getFirst);
    }

    private static Optional<String> trouble(SystemFiles files, String device, int interrupts, int settled) {
        String home = "sys/class/net/" + device;
        if (!files.isThere(home)) {
            return Optional.of("there is no /" + home);
        }
        if (files.text(home + "/threaded").filter(text -> !text.equals("0")).isPresent()) {
            return Optional.of(device + " polls in threads, which run anywhere (/" + home + "/threaded)");
        }
        for (String queue : files.names(home + "/queues")) {
            String spread = home + "/queues/" + queue + "/rps_cpus";
            if (files.text(spread).filter(mask -> !mask.matches("[0,]*")).isPresent()) {
                return Optional.of("the kernel spreads packets of " + device + " once more (/" + spread + ")");
            }
        }
        if (interrupts == 0) {
            return Optional.of("no interrupt in /proc/interrupts is known as a receive queue's of " + device);
        }
        return settled > 0 ? Optional.empty()
                : Optional.of("no interrupt of " + device + " is bound to one CPU (/proc/irq/N/smp_affinity_list)");
    }
}
