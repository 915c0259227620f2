package dev.keylane.doctor;

import dev.keylane.daemon.boot.SteeringWays;
import dev.keylane.ethtool.FlowType;
import dev.keylane.ethtool.HashedFields;
import dev.keylane.steering.SteeringPlan;
import dev.keylane.steering.ntuple.NtupleStrategy;
import dev.keylane.steering.rss.SpiStrategy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Collectors;

/** Whether the device itself can bring received ESP to the CPU of its SA. */
final class ReceiveSteeringCheck implements DeviceCheck {
    private static final String NAME = "esp-spreading";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        InstantSource clock = InstantSource.system();
        Path root = sight.system().root();
        SteeringPlan plan = SteeringPlan.of(device.name(), List.of(new SpiStrategy(sight.ethtool(), root, clock),
                new NtupleStrategy(sight.ethtool(), root, SteeringWays.rules(sight.control()), clock)), _ -> true);
        return List.of(plan.findings().stream().filter(finding -> finding.fitness().fits()).findFirst()
                .<Finding>map(finding -> new Finding.Ok(NAME, "steering = " + finding.strategy() + ": "
                        + finding.fitness().reason()))
                .orElseGet(() -> new Finding.Warn(NAME, plan.findings().stream()
                        .map(finding -> finding.fitness().reason()).distinct().collect(Collectors.joining("; ")), mend(sight, device))));
    }

    /** A driver that hashes addresses only, and tells so, may hash more. */
    private static String mend(Sight sight, Device device) {
        return HashedFields.read(sight.ethtool(), device.name(), FlowType.ESP_V4)
                .map(fields -> fields.addresses() && !fields.ports()).or(_ -> false)
                ? "ethtool -N " + device.name() + " rx-flow-hash esp4 sdfn" : "steering = xdp";
    }
}
