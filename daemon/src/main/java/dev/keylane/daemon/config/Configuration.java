package dev.keylane.daemon.config;

import dev.keylane.daemon.config.ConfigMistake.Kind;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Reads whole configurations. */
public final class Configuration {
    private final AddressResolver resolver;
    private final List<ConfigMistake> mistakes = new ArrayList<>();
    private final List<ConfigNote> notes = new ArrayList<>();

    private Configuration(AddressResolver resolver) {
        this.resolver = resolver;
    }

    /** Reads files, and directories for the swanctl.conf in them, or else for all their *.conf in order. */
    public static Loaded load(List<Path> filesOrDirectories) {
        return load(filesOrDirectories, AddressResolver.system().within(FOR_NAMES));
    }

    public static Loaded load(List<Path> filesOrDirectories, AddressResolver resolver) {
        List<ConfigMistake> missing = new ArrayList<>();
        List<Path> files = ConfigPaths.files(filesOrDirectories, missing);
        Configuration reading = new Configuration(resolver);
        reading.mistakes.addAll(missing);
        return reading.read(SettingsReader.read(files));
    }

    /** Reads settings that were parsed before. */
    public static Loaded of(SettingsReader.Settings settings, AddressResolver resolver) {
        return new Configuration(resolver).read(settings);
    }

    /** Where these settings first say something that only a daemon's start heeds; empty when nowhere. */
    public static Optional<Origin> forTheStart(Section root) {
        return DaemonSettingsReader.first(root);
    }

    private Loaded read(SettingsReader.Settings settings) {
        mistakes.addAll(settings.mistakes());
        notes.addAll(settings.notes());
        Section root = settings.root();
        checkRoot(root, settings.templates());
        DaemonSettingsReader daemon = new DaemonSettingsReader(mistakes);
        DaemonSettings daemonSettings = daemon.read(root);
        notes.addAll(daemon.notes());
        List<Connection> connections = connections(root, daemonSettings.replayWindow());
        List<SharedKey> secrets = secrets(root);
        ConfigPaths.warnOfReadableSecrets(root, notes);
        noteIgnored(root);
        return new Loaded(new PolicyBook(connections, secrets), daemonSettings, inOrder(), notes, settings.files());
    }

    /** Values that have an effect with strongSwan and none here; defaults that are written out have none anywhere. */
    private void noteIgnored(Section root) {
        KeyWalk.through(root, found -> KnownKeys.find(found.scope(), found.name())
                .filter(key -> key.use() == KnownKey.Use.IGNORED && found.scope() != KnownKey.Scope.DAEMON
                        && !found.setting().items().equals(List.of(key.standard())))
                .ifPresent(key -> notes.add(new ConfigNote(found.setting().origin(), found.name(), "ignored: " + key.remark()))));
    }

    private void checkRoot(Section root, Set<String> templates) {
        root.settings().forEach((key, value) -> {
            if (DaemonSettingsReader.SECTIONS.stream().noneMatch(name -> key.startsWith(name + "."))) {
                mistake(Kind.UNKNOWN_KEY, value.origin(), key, "unknown key, expected a section");
            }
        });
        for (Section section : root.sections().values()) {
            String name = section.name();
            if (NOT_YET.contains(name) && !section.isEmpty()) {
                mistake(Kind.NOT_SUPPORTED, section.origin(), name, "not supported by keylane");
            } else if (OTHER_PROGRAMS.contains(name) && !section.isEmpty()) {
                notes.add(new ConfigNote(section.origin(), name, "ignored, it is meant for another program"));
            } else if (!isKnown(name) && !templates.contains(name)) {
                mistake(Kind.UNKNOWN_SECTION, section.origin(), name, Guess.orNone("unknown section", name,
                        Stream.of(OURS, DaemonSettingsReader.SECTIONS, NOT_YET).flatMap(Collection::stream).toList()));
            }
        }
    }

    private static boolean isKnown(String section) {
        return OURS.contains(section) || NOT_YET.contains(section) || OTHER_PROGRAMS.contains(section)
                || DaemonSettingsReader.SECTIONS.contains(section);
    }

    private List<Connection> connections(Section root, int replayWindow) {
        ConnectionReader reader = new ConnectionReader(resolver, replayWindow);
        OffloadNotes offload = new OffloadNotes(Ethtool.LINUX, notes);
        List<Connection> connections = new ArrayList<>();
        for (Section section : inside(root, "connections")) {
            switch (reader.read(section)) {
                case ConnectionReader.Result.Read(Connection connection) -> {
                    connections.add(connection);
                    offload.on(connection, section);
                    noteUnresolved(section, ConnectionKeys.LOCAL_ADDRS, connection.endpoints().local());
                    noteUnresolved(section, ConnectionKeys.REMOTE_ADDRS, connection.endpoints().remote());
                }
                case ConnectionReader.Result.Refused(List<ConfigMistake> found) -> mistakes.addAll(found);
            }
        }
        offload.onAll();
        return connections;
    }

    private void noteUnresolved(Section section, KnownKey<?> key, List<AddressPattern> patterns) {
        String follows = patterns.stream().anyMatch(AddressPattern::isSingle) ? "the connection goes on with the others"
                : "the connection waits until it has one, or goes on with the one it had";
        patterns.stream().filter(pattern -> !pattern.resolved()).forEach(pattern -> notes.add(new ConfigNote(
                section.setting(key.name()).map(Setting::origin).orElse(section.origin()), key.name(), "the host name "
                + ValueFormat.quoted(pattern.text()) + " has no address now: " + follows)));
    }

    private List<SharedKey> secrets(Section root) {
        SecretReader reader = new SecretReader();
        List<SharedKey> keys = new ArrayList<>();
        for (Section section : inside(root, "secrets")) {
            switch (reader.read(section)) {
                case SecretReader.Result.Read(SharedKey key) -> keys.add(key);
                case SecretReader.Result.Refused(List<ConfigMistake> found) -> mistakes.addAll(found);
            }
        }
        return keys;
    }

    private List<Section> inside(Section root, String name) {
        Section section = root.section(name).orElseGet(() -> Section.named(name, root.origin()).build());
        section.settings().forEach((key, value) ->
                mistake(Kind.UNKNOWN_KEY, value.origin(), key, "expected a section in " + name + ", found a key"));
        return List.copyOf(section.sections().values());
    }

    private List<ConfigMistake> inOrder() {
        List<String> sources = mistakes.stream().map(mistake -> mistake.origin().source()).distinct().toList();
        return mistakes.stream().distinct().sorted(Comparator
                .<ConfigMistake>comparingInt(mistake -> sources.indexOf(mistake.origin().source()))
                .thenComparingInt(mistake -> mistake.origin().line())).toList();
    }

    private void mistake(Kind kind, Origin origin, String key, String text) {
        mistakes.add(new ConfigMistake(kind, origin, key, text));
    }

    /** What a start waits for names, all of them together. */
    private static final Duration FOR_NAMES = Duration.ofSeconds(5);
    private static final Set<String> OURS = Set.of("connections", "secrets");
    private static final Set<String> NOT_YET = Set.of("pools", "authorities");
    private static final Set<String> OTHER_PROGRAMS = Set.of("charon-cmd", "charon-nm", "libtls", "libimcv",
            "libtnccs", "pki", "pool", "starter", "swanctl");
}
