package dev.keylane.daemon.config;

import dev.keylane.daemon.config.KnownKey.Scope;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
            ConnectionKeys.authentication(), ChildKeys.child(), SecretReader.keys(), DaemonKeys.daemon())
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
            case CONNECTION, AUTHENTICATION, CHILD -> Optional.ofNullable(keys.get(name));
        };
    }

    /** What to say about a key that is not in the table. */
    static String unknown(Scope scope, String name) {
        return BY_NAME.get(scope).keySet().stream().filter(known -> distance(known, name) <= 2)
                .min(Comparator.<String>comparingInt(known -> distance(known, name)).thenComparing(known -> known))
                .map(known -> "unknown key, did you mean " + known + "?").orElse("unknown key");
    }

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

    /** Insertions, deletions and replacements between two names; more than 2 are all the same. */
    private static int distance(String a, String b) {
        if (Math.abs(a.length() - b.length()) > 2 || a.length() < 4) {
            return 3;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
