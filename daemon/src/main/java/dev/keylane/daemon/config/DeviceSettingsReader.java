package dev.keylane.daemon.config;

import dev.keylane.daemon.config.ConfigMistake.Kind;
import dev.keylane.daemon.config.KnownKey.Scope;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.text.Parsed;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Reads what daemon settings say of single devices: keys such as {@code devices.eth0.steering}. */
final class DeviceSettingsReader {
    private final List<ConfigMistake> mistakes;
    private final List<ConfigNote> notes;
    private final Predicate<String> isThere;
    private final Map<String, Section.Builder> devices = new LinkedHashMap<>();

    /** @param isThere whether this machine has a device of that name now */
    DeviceSettingsReader(List<ConfigMistake> mistakes, List<ConfigNote> notes, Predicate<String> isThere) {
        this.mistakes = mistakes;
        this.notes = notes;
        this.isThere = isThere;
    }

    /** Takes them out of the daemon's settings; the rest is the answer. */
    Section without(Section settings) {
        Section.Builder rest = Section.named(settings.name(), settings.origin());
        settings.settings().forEach((key, value) -> {
            if (key.startsWith(PREFIX)) {
                take(key, value);
            } else {
                rest.set(key, value);
            }
        });
        return rest.build();
    }

    /** A device's name may have dots, its keys have none. */
    private void take(String key, Setting value) {
        int dot = key.lastIndexOf('.');
        if (dot < PREFIX.length()) {
            mistakes.add(new ConfigMistake(Kind.UNKNOWN_KEY, value.origin(), key,
                    "expected the section of a device, found a key"));
            return;
        }
        String device = key.substring(PREFIX.length(), dot);
        if (SpecialFormats.INTERFACE.read(device) instanceof Parsed.Refused<String>(String reason)) {
            mistakes.add(ConfigMistake.badValue(value.origin(), key, reason));
            return;
        }
        devices.computeIfAbsent(device, name -> Section.named(name, value.origin()))
                .set(key.substring(dot + 1), value);
    }

    /** By name. */
    Map<String, SteeringSettings.Device> read() {
        Map<String, SteeringSettings.Device> read = new LinkedHashMap<>();
        devices.forEach((name, section) -> {
            KeyReader keys = KeyReader.of(section.build(), Scope.DEVICE, mistakes);
            SteeringSettings.Device device = new SteeringSettings.Device(
                    keys.find(DeviceKeys.STEERING).orElse(Steering.UNSAID), keys.find(DeviceKeys.SPREAD));
            if (device.spread().isPresent() && device.steering() == Steering.XDP) {
                keys.mistake(DeviceKeys.SPREAD, "a device has one program: not together with steering = xdp");
            }
            if (!isThere.test(name)) {
                notes.add(new ConfigNote(keys.section().origin(), PREFIX + name,
                        "there is no such device now; if one of this name comes, it will be used"));
            }
            read.put(name, device);
        });
        return read;
    }

    static final String PREFIX = "devices.";
}
