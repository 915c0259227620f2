package dev.keylane.doctor;

import dev.keylane.daemon.offload.OffloadHints;
import java.util.List;
import java.util.Optional;

/** Whether Open vSwitch puts its flows into devices, which may keep IPsec out of them. */
final class OvsCheck implements SystemCheck {
    private static final String NAME = "ovs";

    @Override
    public List<Finding> of(Sight sight) {
        Optional<Processes.Running> running = new Processes(sight.system()).named("ovs-vswitchd");
        if (running.isEmpty()) {
            return List.of(new Finding.Ok(NAME, "does not run"));
        }
        Optional<String> setting = sight.commands().run(List.of("ovs-vsctl", "--timeout=2", "--if-exists", "get",
                "Open_vSwitch", ".", "other_config:hw-offload"));
        return List.of(setting.filter(value -> value.contains("true")).isPresent()
                ? new Finding.Warn(NAME, running.get() + " has hw-offload=true: " + OffloadHints.IPSEC_FIRST.reason(),
                        OffloadHints.IPSEC_FIRST.command())
                : setting.isPresent() ? new Finding.Ok(NAME, running.get() + " does not offload")
                : new Finding.Warn(NAME, running.get() + " was not asked whether it offloads",
                        "ovs-vsctl get Open_vSwitch . other_config:hw-offload"));
    }
}
