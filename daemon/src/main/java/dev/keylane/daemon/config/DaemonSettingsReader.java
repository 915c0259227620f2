package dev.keylane.daemon.config;

import dev.keylane.daemon.config.KnownKey.Scope;
import dev.keylane.daemon.config.KnownKey.Use;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.EndpointSettings.Initiation;
import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.policy.HalfOpenLimits;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.linux.Interfaces;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the daemon's own settings. {@code charon { port = 500 }} and {@code charon.port = 500} mean the same; what
 * {@code keylane} says goes before {@code charon-systemd}, and that before {@code charon}.
 */
final class DaemonSettingsReader {
    /** Their sections, the most important last. */
    static final List<String> SECTIONS = List.of("charon", "charon-systemd", "keylane");

    private final List<ConfigMistake> mistakes;
    private final List<ConfigNote> notes = new ArrayList<>();

    DaemonSettingsReader(List<ConfigMistake> mistakes) {
        this.mistakes = mistakes;
    }

    /** Where the first of them is set, if any is. */
    static Optional<Origin> first(Section root) {
        return Stream.concat(SECTIONS.stream().flatMap(name -> root.section(name).stream())
                        .filter(section -> !section.isEmpty()).map(Section::origin),
                root.settings().entrySet().stream()
                        .filter(each -> SECTIONS.stream().anyMatch(name -> each.getKey().startsWith(name + ".")))
                        .map(each -> each.getValue().origin())).findFirst();
    }

    /** What was accepted without having an effect, and what is not there. */
    List<ConfigNote> notes() {
        return notes;
    }

    DaemonSettings read(Section root) {
        Section.Builder flat = Section.named("", root.origin());
        for (String name : SECTIONS) {
            root.section(name).ifPresent(section -> flatten(section, "", flat));
            root.settings().forEach((key, value) -> {
                if (key.startsWith(name + ".")) {
                    flat.set(key.substring(name.length() + 1), value);
                }
            });
        }
        DeviceSettingsReader devices = new DeviceSettingsReader(mistakes, notes, name -> Interfaces.index(name).isPresent());
        LogSettingsReader logs = new LogSettingsReader(mistakes);
        Section settings = logs.without(devices.without(flat.build()));
        noteIgnored(settings);
        GroupNotes.of(settings).ifPresent(notes::add);
        KeyReader keys = KeyReader.of(settings, Scope.DAEMON, mistakes);
        return settings(keys, devices.read(), new LogSettings(logs.read(), keys.get(DaemonKeys.LOG_FORMAT),
                keys.find(DaemonKeys.LOG_KEYS)));
    }

    private static DaemonSettings settings(KeyReader keys, Map<String, SteeringSettings.Device> devices,
                                           LogSettings log) {
        Retransmission retransmission = new Retransmission(keys.get(DaemonKeys.RETRANSMIT_TIMEOUT),
                keys.get(DaemonKeys.RETRANSMIT_BASE), keys.get(DaemonKeys.RETRANSMIT_TRIES),
                keys.get(DaemonKeys.RETRANSMIT_JITTER), keys.get(DaemonKeys.RETRANSMIT_LIMIT));
        Initiation initiation = new Initiation(keys.get(DaemonKeys.RETRY_INITIATE_INTERVAL),
                keys.get(DaemonKeys.INITIATOR_ONLY), keys.get(DaemonKeys.CLOSE_IKE_ON_CHILD_FAILURE));
        EndpointSettings endpoint = new EndpointSettings(keys.get(DaemonKeys.PORT_IKE),
                keys.get(DaemonKeys.PORT_NAT_T), retransmission, halfOpen(keys), keys.get(DaemonKeys.KEEP_ALIVE),
                initiation, new MessageOptions(keys.get(DaemonKeys.WINDOW), keys.get(DaemonKeys.FRAGMENT_SIZE)),
                log.keyTable().isPresent());
        return new DaemonSettings(endpoint, keys.get(DaemonKeys.REPLAY_WINDOW), keys.find(DaemonKeys.CONTROL_SOCKET),
                keys.find(DaemonKeys.GROUP),
                steering(keys, devices), http(keys), log);
    }

    private static SteeringSettings steering(KeyReader keys, Map<String, SteeringSettings.Device> devices) {
        return new SteeringSettings(keys.find(DaemonKeys.STEERING).orElse(Steering.UNSAID),
                keys.get(DaemonKeys.STEERING_DIRECTORY), keys.get(DaemonKeys.STEERING_SAS), devices);
    }

    private static HttpSettings http(KeyReader keys) {
        return new HttpSettings(keys.find(DaemonKeys.HTTP_LISTEN), keys.find(DaemonKeys.HTTP_CERTIFICATE),
                keys.find(DaemonKeys.HTTP_KEY), keys.find(DaemonKeys.HTTP_TOKEN), keys.get(DaemonKeys.HTTP_OPEN));
    }

    /** As with charon, 0 means no limit, and {@code dos_protection = no} the same for the three thresholds. */
    private static HalfOpenLimits halfOpen(KeyReader keys) {
        boolean wary = keys.get(DaemonKeys.DOS_PROTECTION);
        int most = keys.get(DaemonKeys.INIT_LIMIT_HALF_OPEN);
        return new HalfOpenLimits(threshold(wary, keys.get(DaemonKeys.COOKIE_THRESHOLD)),
                threshold(wary, keys.get(DaemonKeys.COOKIE_THRESHOLD_IP)),
                threshold(wary, keys.get(DaemonKeys.BLOCK_THRESHOLD)),
                // No limit at all would be state without bound for whoever sends datagrams.
                most == 0 ? HalfOpenLimits.DEFAULT.most() : most, keys.get(DaemonKeys.HALF_OPEN_TIMEOUT));
    }

    private static int threshold(boolean wary, int configured) {
        return !wary || configured == 0 ? HalfOpenLimits.NEVER : configured;
    }

    private static void flatten(Section section, String prefix, Section.Builder into) {
        section.settings().forEach((key, value) -> into.set(prefix + key, value));
        section.sections().forEach((name, inner) -> flatten(inner, prefix + name + ".", into));
    }

    /** One note a line of the table: sixty plugins need not be listed. */
    private void noteIgnored(Section settings) {
        Set<String> noted = new HashSet<>();
        settings.settings().forEach((name, value) -> KnownKeys.find(Scope.DAEMON, name)
                .filter(key -> key.use() == Use.IGNORED && noted.add(key.name()))
                .ifPresent(key -> notes.add(new ConfigNote(value.origin(), name, "ignored: " + key.remark()))));
    }
}
