package dev.keylane.daemon.config;

import dev.keylane.daemon.config.KnownKey.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of every key strongSwan knows, by scope: which are used, which are accepted without effect, and which are
 * refused as not supported yet. A key that is not here is a mistake.
 */
final class KnownKeys {
    private KnownKeys() {
    }

    private static final List<KnownKey<?>> ALL = Stream.of(ConnectionKeys.connection(),
            ConnectionKeys.authentication(), ChildKeys.child(), SecretReader.keys(), DaemonKeys.daemon(), DeviceKeys.device())
            .<KnownKey<?>>flatMap(List::stream).toList();

    private static final Map<Scope, Map<String, KnownKey<?>>> BY_NAME = ALL.stream().collect(
            Collectors.groupingBy(KnownKey::scope, Collectors.toMap(KnownKey::name, Function.identity())));

    static List<KnownKey<?>> all() {
        return ALL;
    }

    static Optional<KnownKey<?>> find(Scope scope, String name) {
        Map<String, KnownKey<?>> keys = BY_NAME.get(scope);
        return switch (scope) {
            // Owners of a secret: id, id1, id-alice.
            case SECRET -> Optional.ofNullable(keys.get(name.startsWith("id") ? "id*" : name));
            case DAEMON -> Optional.<KnownKey<?>>ofNullable(keys.get(name)).or(() -> prefix(keys, name));
            case CONNECTION, AUTHENTICATION, CHILD, DEVICE -> Optional.ofNullable(keys.get(name));
        };
    }

    /** What to say about a key that is not in the table. */
    static String unknown(Scope scope, String name) {
        String group = name.substring(0, name.indexOf('.') + 1);
        return scope == Scope.DAEMON && !group.isEmpty() && !GROUPS.contains(group)
                ? Guess.nearest(group, GROUPS).map(meant -> meant + name.substring(group.length()))
                        .map(meant -> "unknown key, did you mean " + meant + "?").orElse("unknown key")
                : Guess.orNone("unknown key", name, BY_NAME.get(scope).keySet());
    }

    /** Sections of the daemon's settings, with a dot at the end. */
    private static final Set<String> GROUPS = Stream.concat(Stream.of(DeviceSettingsReader.PREFIX),
            DaemonKeys.daemon().stream().map(KnownKey::name).filter(name -> name.indexOf('.') > 0)
                    .map(name -> name.substring(0, name.indexOf('.') + 1))).collect(Collectors.toUnmodifiableSet());

    /** Settings below a name with a dot at its end, unless keys nearer to them are listed one by one. */
    private static Optional<KnownKey<?>> prefix(Map<String, KnownKey<?>> keys, String name) {
        for (int dot = name.lastIndexOf('.'); dot > 0; dot = name.lastIndexOf('.', dot - 1)) {
            String group = name.substring(0, dot + 1);
            KnownKey<?> key = keys.get(group);
            if (key != null || keys.keySet().stream().anyMatch(known -> known.startsWith(group))) {
                return Optional.ofNullable(key);
            }
        }
        return Optional.empty();
    }
}
