package dev.keylane.daemon.config;

import dev.keylane.ike.policy.KernelOptions.Steering;
import java.util.List;

/** Keys of a network device, in a section of its name below {@code devices} of the daemon's settings. All are our own. */
final class DeviceKeys {
    private DeviceKeys() {
    }

    private static final KeyTable DEVICE = new KeyTable(KnownKey.Scope.DEVICE);

    static final KnownKey<Steering> STEERING = DEVICE.used("steering", SpecialFormats.STEERING, "");
    static final KnownKey<Spread> SPREAD = DEVICE.used("spread", SpecialFormats.SPREAD, "");

    static List<KnownKey<?>> device() {
        return DEVICE.keys();
    }
}
