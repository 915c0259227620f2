package dev.keylane.doctor;

import dev.keylane.ethtool.DeviceFeatures;
import java.util.ArrayList;
import java.util.List;

/** What the device announces; it does not tell crypto offload from packet offload. */
final class FeaturesCheck implements DeviceCheck {
    private static final String NAME = "esp-features";

    @Override
    public List<Finding> of(Sight sight, Device device) {
        if (device.esp() == DeviceFeatures.State.ABSENT) {
            return List.of(new Finding.Ok(NAME, "no esp-hw-offload: ESP is the CPUs' work, with hw_offload = no or auto"));
        }
        List<String> on = new ArrayList<>();
        List<String> off = new ArrayList<>();
        for (String feature : List.of("esp-hw-offload", "esp-tx-csum-hw-offload", "tx-esp-segmentation")) {
            switch (device.features().of(feature)) {
                case ON, FIXED -> on.add(feature);
                case OFF -> off.add(feature);
                case ABSENT -> { }
            }
        }
        return List.of(off.isEmpty() ? new Finding.Ok(NAME, "on: " + String.join(", ", on))
                : new Finding.Warn(NAME, "off: " + String.join(", ", off), "ethtool -K " + device.name() + " "
                        + String.join(" on ", off) + " on"));
    }
}
