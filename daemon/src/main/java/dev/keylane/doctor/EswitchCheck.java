package dev.keylane.doctor;

import dev.keylane.devlink.Devlink;
import dev.keylane.devlink.DevlinkAnswer;
import dev.keylane.devlink.DevlinkHandle;
import dev.keylane.devlink.Eswitch;
import java.util.ArrayList;
import java.util.List;

/** How the card's switch is set, and whether IPsec goes with that. */
final class EswitchCheck implements DeviceCheck {
    private static final String NAME = "eswitch";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        if (sight.devlink().isEmpty() || device.card().isEmpty()) {
            return List.of(new Finding.Ok(NAME, sight.devlink().isEmpty() ? "the kernel has no devlink" : "none"));
        }
        Devlink devlink = sight.devlink().get();
        DevlinkHandle card = device.card().get();
        List<Finding> findings = new ArrayList<>();
        switch (devlink.eswitch(card)) {
            case DevlinkAnswer.Is<Eswitch>(Eswitch eswitch) -> {
                findings.add(judge(eswitch, card));
                steering(devlink.parameter(card, "flow_steering_mode"), eswitch, card, findings);
            }
            case DevlinkAnswer.Refused<Eswitch> refused -> findings.add(refused.needsRoot() ? Finding.needsRoot(NAME)
                    : new Finding.Ok(NAME, card + " has none"));
        }
        return findings;
    }

    private static Finding judge(Eswitch eswitch, DevlinkHandle card) {
        boolean encapsulates = eswitch.encap().filter("basic"::equals).isPresent();
        return encapsulates
                ? new Finding.Warn(NAME, card + " is in mode " + eswitch + ": no packet offload in tunnel mode",
                        "devlink dev eswitch set " + card + " encap-mode none")
                : new Finding.Ok(NAME, card + " is in mode " + eswitch);
    }

    /** mlx5 in switchdev mode has packet offload with steering by the device (dmfs) only. */
    private static void steering(DevlinkAnswer<String> answer, Eswitch eswitch, DevlinkHandle card, List<Finding> findings) {
        switch (answer) {
            case DevlinkAnswer.Is<String>(String mode) -> findings.add(eswitch.mode().equals("legacy") || mode.equals("dmfs")
                    ? new Finding.Ok("flow-steering", mode)
                    : new Finding.Warn("flow-steering", mode + " in mode " + eswitch.mode() + ": no packet offload",
                            "devlink dev param set " + card + " name flow_steering_mode value dmfs cmode runtime"));
            case DevlinkAnswer.Refused<String> refused when refused.needsRoot() ->
                    findings.add(Finding.needsRoot("flow-steering"));
            case DevlinkAnswer.Refused<String> _ -> { }
        }
    }
}
