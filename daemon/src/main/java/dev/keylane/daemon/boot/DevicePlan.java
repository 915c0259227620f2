package dev.keylane.daemon.boot;

import dev.keylane.ethtool.Answer;
import dev.keylane.ethtool.DriverInfo;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.ethtool.ReceiveHash;
import dev.keylane.linux.Interfaces;
import dev.keylane.steering.SteeringPlan;
import dev.keylane.steering.queue.DeviceQueues;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What steering would find and choose on a device.
 *
 * @param driver   empty when it does not say
 * @param queues   which CPU works on which receive queue
 * @param hashKey  octets of the key that the device hashes by, empty when it tells none
 */
public record DevicePlan(SteeringPlan plan, Optional<String> driver, DeviceQueues queues, Optional<Integer> hashKey) {
    /** Empty when there is no such device. Changes nothing. */
    public static Optional<DevicePlan> of(String device, SteeringWays ways) {
        if (Interfaces.index(device).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new DevicePlan(SteeringPlan.of(device, ways.all(), _ -> true),
                value(DriverInfo.read(Ethtool.LINUX, device)).map(DriverInfo::driver),
                DeviceQueues.read(Path.of("/"), device),
                value(ReceiveHash.read(Ethtool.LINUX, device)).map(hash -> hash.key().length()).filter(size -> size > 0)));
    }

    /** Queue to CPU, in the order of queues. */
    public Map<Integer, Integer> cpus() {
        return new TreeMap<>(queues.cpus());
    }

    private static <T> Optional<T> value(Answer<T> answer) {
        return switch (answer) {
            case Answer.Is<T>(T value) -> Optional.of(value);
            case Answer.Refused<T> _ -> Optional.empty();
        };
    }
}
