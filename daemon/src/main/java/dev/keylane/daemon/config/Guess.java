package dev.keylane.daemon.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** What may have been meant by a name that nobody knows. */
final class Guess {
    private Guess() {
    }

    /** @param problem what to say, alone when none of the known names is near */
    static String orNone(String problem, String name, Collection<String> known) {
        return nearest(name, known).map(other -> problem + ", did you mean " + other + "?").orElse(problem);
    }

    static Optional<String> nearest(String name, Collection<String> known) {
        String written = name.toLowerCase(Locale.ROOT).replace('-', '_');
        int far = Math.max(2, written.length() / 3);
        return known.stream().filter(other -> distance(other, written, far) <= far)
                .min(Comparator.<String>comparingInt(other -> distance(other, written, far)).thenComparing(other -> other));
    }

    /** Insertions, deletions and replacements between two names; more than {@code far} are all the same. */
    private static int distance(String a, String b, int far) {
        if (Math.abs(a.length() - b.length()) > far || a.length() < SHORT || b.length() > LONG) {
            return far + 1;
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

    private static final int SHORT = 4;
    private static final int LONG = 100;
}
