package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.control.Timeout;
import dev.keylane.daemon.vici.ViciMessage;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys by which requests select SAs. */
sealed interface Selection {
    record Selected(SaSelector selector) implements Selection {
    }

    record Unreadable(String errmsg) implements Selection {
    }

    static Selection read(ViciMessage request) {
        for (String key : List.of("child-id", "ike-id")) {
            if (request.text(key).isPresent() && number(request, key).isEmpty()) {
                return new Unreadable("invalid value for: " + key);
            }
        }
        return new Selected(new SaSelector(nonEmpty(request, "child"), nonEmpty(request, "ike"),
                number(request, "child-id").orElse(null), number(request, "ike-id").orElse(null)));
    }

    static @Nullable String nonEmpty(ViciMessage request, String key) {
        return request.text(key).filter(text -> !text.isEmpty()).orElse(null);
    }

    /** Whether the key says yes, in one of charon's ways. */
    static boolean yes(ViciMessage request, String key) {
        return request.text(key).filter(text -> TRUE.contains(text.toLowerCase(Locale.ROOT))).isPresent();
    }

    /** The number under this key, empty when there is none or it is not one. */
    static Optional<Long> number(ViciMessage request, String key) {
        try {
            return request.text(key).map(Long::valueOf);
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }

    Set<String> TRUE = Set.of("yes", "true", "enabled", "1");

    static Timeout timeout(ViciMessage request) {
        return number(request, "timeout").map(Timeout::new).orElse(Timeout.FOREVER);
    }
}
