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
 * refused as not supported by keylane. A key that is not here is a mistake.
 */
final class KnownKeys {
    private KnownKeys() {
    }

    private static final List<KnownKey<?>> ALL = Stream.of(ConnectionKeys.connection(),
            ConnectionKeys.authentication(), ChildKeys.child(), SecretReader.keys(), DaemonKeys.daemon(), DeviceKeys.device(),
            LogKeys.log())
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
            case CONNECTION, AUTHENTICATION, CHILD, DEVICE, LOG -> Optional.ofNullable(keys.get(name));
        };
    }

    /** What to say about a key that is not in the table. */
    static String unknown(Scope scope, String name) {
        if (scope != Scope.DAEMON && scope != Scope.SECRET) {
            Optional<String> meant = Optional.ofNullable(OF_IPSEC_CONF.get(name)).map(key -> ", in swanctl.conf it is " + key)
                    .or(() -> elsewhere(name));
            if (meant.isPresent()) {
                return "unknown key" + meant.get();
            }
        }
        String group = name.substring(0, name.indexOf('.') + 1);
        return scope == Scope.DAEMON && !group.isEmpty() && !GROUPS.contains(group)
                ? Guess.nearest(group, GROUPS).map(meant -> meant + name.substring(group.length()))
                        .map(meant -> "unknown key, did you mean " + meant + "?").orElse("unknown key")
                : Guess.orNone("unknown key", name, BY_NAME.get(scope).keySet());
    }

    private static Optional<String> elsewhere(String name) {
        return PLACES.stream().filter(scope -> BY_NAME.get(scope).containsKey(name)).findFirst()
                .map(scope -> " here, its place is " + scope.path());
    }

    private static final List<Scope> PLACES = List.of(Scope.CHILD, Scope.CONNECTION, Scope.AUTHENTICATION);

    /** What the files of strongSwan's older tool call it. */
    private static final Map<String, String> OF_IPSEC_CONF = Map.ofEntries(Map.entry("left", "local_addrs"),
            Map.entry("right", "remote_addrs"), Map.entry("leftsubnet", "local_ts of a child"),
            Map.entry("rightsubnet", "remote_ts of a child"), Map.entry("leftid", "id in local"),
            Map.entry("rightid", "id in remote"), Map.entry("leftauth", "auth in local"),
            Map.entry("rightauth", "auth in remote"), Map.entry("authby", "auth in local and remote"),
            Map.entry("auto", "start_action of a child"), Map.entry("type", "mode of a child"),
            Map.entry("ike", "proposals"), Map.entry("esp", "esp_proposals of a child"),
            Map.entry("keyexchange", "version"), Map.entry("ikelifetime", "rekey_time"),
            Map.entry("lifetime", "life_time of a child"), Map.entry("keylife", "life_time of a child"),
            Map.entry("dpdaction", "dpd_action of a child"), Map.entry("dpddelay", "dpd_delay"),
            Map.entry("forceencaps", "encap"), Map.entry("uniqueids", "unique"));

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
