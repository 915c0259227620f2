package dev.keylane.doctor;

import java.util.List;
import java.util.Optional;

/** Whether a CPU has a queue of its own to send into; without, CPUs wait for each other. */
final class XpsCheck implements DeviceCheck {
    private static final String NAME = "xps";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        List<String> queues = sight.system().names(device.home() + "/queues").stream().filter(name -> name.startsWith("tx-"))
                .map(name -> device.home() + "/queues/" + name + "/xps_cpus").toList();
        List<String> masks = queues.stream().map(sight.system()::text).flatMap(Optional::stream).toList();
        if (queues.size() < 2 || masks.isEmpty()) {
            return List.of(new Finding.Ok(NAME, queues.size() < 2 ? "a single queue to send into" : "not a matter here"));
        }
        return List.of(masks.stream().allMatch(mask -> mask.matches("[0,]*"))
                ? new Finding.Warn(NAME, "no CPU has one of the " + queues.size() + " queues to send into for itself",
                        "echo 1 >/" + queues.getFirst() + ", 2 for the next, and so on")
                : new Finding.Ok(NAME, queues.size() + " queues to send into have their CPUs"));
    }
}
