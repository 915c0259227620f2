package dev.keylane.doctor;

import dev.keylane.ethtool.Channels;
import dev.keylane.ethtool.DriverInfo;
import java.util.List;
import java.util.Optional;

/** Whether there is a receive queue for each CPU. */
final class QueuesCheck implements DeviceCheck {
    private static final String NAME = "queues";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        int cpus = CpusCheck.cpus(sight, "online").size();
        Optional<Channels> channels = Device.value(Channels.read(sight.ethtool(), device.name()))
                .filter(told -> told.receiving() > 0);
        int queues = channels.map(Channels::receiving)
                .or(() -> Device.value(DriverInfo.queues(sight.ethtool(), device.name())).filter(count -> count > 0))
                .orElseGet(() -> (int) sight.system().names(device.home() + "/queues").stream()
                        .filter(name -> name.startsWith("rx-")).count());
        String seen = queues + " to receive into, for " + cpus + (cpus == 1 ? " CPU" : " CPUs");
        if (queues >= cpus) {
            return List.of(new Finding.Ok(NAME, seen));
        }
        int more = channels.map(told -> Math.min(told.mostReceiving(), cpus)).orElse(0);
        return List.of(new Finding.Warn(NAME, seen, more <= queues ? "steering = xdp"
                : "ethtool -L " + device.name() + (channels.filter(told -> told.combined() > 0).isPresent() ? " combined " : " rx ")
                        + more));
    }
}
