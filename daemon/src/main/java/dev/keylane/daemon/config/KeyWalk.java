package dev.keylane.daemon.config;

import dev.keylane.daemon.config.KnownKey.Scope;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Goes through all settings of a tree whose place gives them a meaning; sections that nobody knows are passed by. */
final class KeyWalk {
    private final Consumer<Found> visitor;

    private KeyWalk(Consumer<Found> visitor) {
        this.visitor = visitor;
    }

    /**
     * A setting in its place.
     *
     * @param place the section, its parts separated by dots
     * @param name  in the daemon's settings with the sections below {@code charon}
     */
    record Found(Scope scope, String place, String name, Setting setting) {
    }

    static void through(Section root, Consumer<Found> visitor) {
        KeyWalk walk = new KeyWalk(visitor);
        root.section("connections").ifPresent(all -> all.sections().values().forEach(walk::connection));
        root.section("secrets").ifPresent(all -> all.sections().values().stream()
                .filter(secret -> secret.name().startsWith("ike"))
                .forEach(secret -> walk.settings(Scope.SECRET, "secrets." + secret.name(), secret)));
        for (String name : DaemonSettingsReader.SECTIONS) {
            root.section(name).ifPresent(section -> walk.daemon(section, name, ""));
            root.settings().entrySet().stream().filter(each -> each.getKey().startsWith(name + "."))
                    .forEach(each -> walk.daemon(name, each.getKey().substring(name.length() + 1), each.getValue()));
        }
    }

    private void connection(Section connection) {
        String place = "connections." + connection.name();
        settings(Scope.CONNECTION, place, connection);
        connection.sections().values().forEach(inner -> {
            String name = inner.name().toLowerCase(Locale.ROOT);
            if (Stream.of("local", "remote").anyMatch(name::startsWith)) {
                settings(Scope.AUTHENTICATION, place + "." + inner.name(), inner);
            } else if (name.equals("children")) {
                inner.sections().values().forEach(child ->
                        settings(Scope.CHILD, place + ".children." + child.name(), child));
            }
        });
    }

    private void settings(Scope scope, String place, Section section) {
        section.settings().forEach((name, setting) -> visitor.accept(new Found(scope, place, name, setting)));
    }

    private void daemon(Section section, String place, String prefix) {
        section.settings().forEach((name, setting) -> daemon(place, prefix + name, setting));
        for (Map.Entry<String, Section> inner : section.sections().entrySet()) {
            daemon(inner.getValue(), place, prefix + inner.getKey() + ".");
        }
    }

    private void daemon(String place, String name, Setting setting) {
        if (name.startsWith(DeviceSettingsReader.PREFIX)) {
            int dot = Math.max(name.lastIndexOf('.'), DeviceSettingsReader.PREFIX.length() - 1);
            visitor.accept(new Found(Scope.DEVICE, place + "." + name.substring(0, dot), name.substring(dot + 1), setting));
        } else {
            LogSettingsReader.section(name).ifPresentOrElse(
                    log -> visitor.accept(new Found(Scope.LOG, place + "." + log, name.substring(log.length() + 1), setting)),
                    () -> visitor.accept(new Found(Scope.DAEMON, place, name, setting)));
        }
    }
}
