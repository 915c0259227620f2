package dev.keylane.daemon.offload;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Remembers what devices can do, from one probe to the next change of their link. A device without packet offload is tried
 * again each time it is asked about, since a setting or a busy switch may have been in the way.
 */
public final class DeviceAbilities {
    private final Function<String, Abilities> probe;
    private final Map<String, Abilities> known = new HashMap<>();

    public DeviceAbilities(Function<String, Abilities> probe) {
        this.probe = probe;
    }

    public Abilities of(String device) {
        Abilities abilities = known.get(device);
        if (abilities == null || !abilities.packet()) {
            abilities = probe.apply(device);
            known.put(device, abilities);
        }
        return abilities;
    }

    /** It may be another device by now, or have another driver. */
    public void forget(String device) {
        known.remove(device);
    }
}
