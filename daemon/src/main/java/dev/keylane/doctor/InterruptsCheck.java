package dev.keylane.doctor;

import dev.keylane.steering.queue.DeviceQueues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Whether each queue is worked on by a CPU of its own, and stays there. */
final class InterruptsCheck implements DeviceCheck {
    private static final String NAME = "interrupts";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        List<Finding> findings = new ArrayList<>();
        String threaded = device.home() + "/threaded";
        boolean threads = sight.system().text(threaded).filter(text -> !text.equals("0")).isPresent();
        findings.add(threads ? new Finding.Warn("napi-threads", device.name() + " polls in threads, which run anywhere",
                "echo 0 >/" + threaded) : new Finding.Ok("napi-threads", "polls where its interrupts go"));
        List<String> spread = sight.system().names(device.home() + "/queues").stream()
                .map(queue -> device.home() + "/queues/" + queue + "/rps_cpus")
                .filter(file -> sight.system().text(file).filter(mask -> !mask.matches("[0,]*")).isPresent()).toList();
        findings.add(spread.isEmpty() ? new Finding.Ok("rps", "off")
                : new Finding.Warn("rps", "the kernel spreads the packets of " + spread.size() + " queues once more",
                        "echo 0 >/" + spread.getFirst()));
        if (!threads && spread.isEmpty()) {
            findings.add(affinity(DeviceQueues.read(sight.system().root(), device.name()), sight, device));
        }
        return findings;
    }

    private static Finding affinity(DeviceQueues queues, Sight sight, Device device) {
        boolean virtual = !sight.system().exists(device.home() + "/device") && queues.cpus().isEmpty();
        if (virtual) {
            return new Finding.Ok(NAME, "none: packets are received on the CPU that sends them");
        }
        if (queues.trouble().isPresent()) {
            return new Finding.Warn(NAME, queues.trouble().get(), BIND + device.name());
        }
        String seen = queues.cpus().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(each -> each.getKey() + " on CPU " + each.getValue()).limit(MOST_SHOWN).collect(Collectors.joining(", "))
                + (queues.cpus().size() > MOST_SHOWN ? " and so on" : "");
        int used = new TreeSet<>(queues.cpus().values()).size();
        int online = CpusCheck.cpus(sight, "online").size();
        return used < Math.min(queues.cpus().size(), online)
                ? new Finding.Warn(NAME, "several queues share a CPU: " + seen, BIND + device.name())
                : new Finding.Ok(NAME, "queue " + seen);
    }

    private static final int MOST_SHOWN = 8;
    private static final String BIND = "echo CPU >/proc/irq/NUMBER/smp_affinity_list, for the interrupts of ";
}
