package dev.keylane.doctor;

import java.util.List;

/** Looks at one aspect of a device. */
@FunctionalInterface
interface DeviceCheck {
    List<Finding> of(Sight sight, Device device);
}
