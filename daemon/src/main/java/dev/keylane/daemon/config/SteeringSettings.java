package dev.keylane.daemon.config;

import dev.keylane.ike.policy.KernelOptions.Steering;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How received packets get to their CPU.
 *
 * @param standard  where neither connection nor device says anything; UNSAID for nothing
 * @param directory where maps and links are pinned, in a BPF file system
 * @param sas       that a program can steer at a device
 * @param devices   by name, in the order of the configuration
 */
public record SteeringSettings(Steering standard, Path directory, int sas, Map<String, Device> devices) {
    public static final SteeringSettings DEFAULT = new SteeringSettings(Steering.UNSAID, Path.of("/sys/fs/bpf/keylane"),
            16_384, Map.of());

    /**
     * What is said of one device.
     *
     * @param steering UNSAID for nothing
     * @param spread   for the plaintext that it receives, empty for leaving that alone
     */
    public record Device(Steering steering, Optional<Spread> spread) {
        static final Device UNSAID = new Device(Steering.UNSAID, Optional.empty());
    }

    public SteeringSettings {
        devices = Collections.unmodifiableMap(new LinkedHashMap<>(devices));
    }

    /** Whether anything is to be steered or spread, whatever connections say. */
    public boolean isWanted() {
        return isSteering(standard) || devices.values().stream()
                .anyMatch(device -> device.spread().isPresent() || isSteering(device.steering()));
    }

    private static boolean isSteering(Steering word) {
        return word != Steering.NONE && word != Steering.UNSAID;
    }

    /**
     * What holds for SAs at a device, never UNSAID: the connection's word goes before the device's, and that before the
     * daemon's. But a device that is to be left alone is left alone.
     */
    public Steering of(Steering connection, String device) {
        Steering said = said(connection, device);
        return said == Steering.UNSAID ? Steering.NONE : said;
    }

    /** Whether SAs that a device decrypts by itself get SPIs by its queues: unless other ways are wanted, or none. */
    public boolean choosesForLanes(Steering connection, String device) {
        return switch (said(connection, device)) {
            case UNSAID, AUTO, SPI -> true;
            case NONE, XDP, NTUPLE -> false;
        };
    }

    private Steering said(Steering connection, String device) {
        Steering own = devices.getOrDefault(device, Device.UNSAID).steering();
        if (own == Steering.NONE || connection == Steering.UNSAID) {
            return own == Steering.UNSAID ? standard : own;
        }
        return connection;
    }
}
