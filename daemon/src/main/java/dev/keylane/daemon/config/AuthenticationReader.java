package dev.keylane.daemon.config;

import dev.keylane.daemon.config.ConfigMistake.Kind;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.Identification;
import java.util.List;

/** Reads the {@code local} and {@code remote} sections of a connection. */
final class AuthenticationReader {
    private final List<ConfigMistake> mistakes;

    AuthenticationReader(List<ConfigMistake> mistakes) {
        this.mistakes = mistakes;
    }

    /**
     * @param rounds all sections of one side
     * @param side   {@code local} or {@code remote}
     */
    Authentication read(Section connection, List<Section> rounds, String side) {
        if (rounds.isEmpty()) {
            mistake(Kind.MISSING, connection.origin(), side,
                    "there is no such section in " + connection.name() + ", it must at least say auth = psk");
            return new Authentication(null);
        }
        rounds.stream().skip(1).forEach(round -> mistake(Kind.NOT_SUPPORTED, round.origin(), round.name(),
                "a second round of authentication is not supported by keylane"));
        return rounds.stream().map(this::read).toList().getFirst();
    }

    private Authentication read(Section round) {
        KeyReader keys = KeyReader.of(round, KnownKey.Scope.AUTHENTICATION, mistakes);
        round.sections().values().forEach(this::refuse);
        keys.find(ConnectionKeys.ROUND);
        if (!keys.has(ConnectionKeys.AUTH)) {
            mistake(Kind.NOT_SUPPORTED, round.origin(), ConnectionKeys.AUTH.name(),
                    "its default pubkey is not supported by keylane, set auth = psk");
        }
        keys.find(ConnectionKeys.AUTH);
        Identification id = keys.get(ConnectionKeys.ID);
        return new Authentication(id.isAny() ? null : id);
    }

    private void refuse(Section inner) {
        boolean certificate = inner.name().startsWith("cert") || inner.name().startsWith("cacert");
        mistake(certificate ? Kind.NOT_SUPPORTED : Kind.UNKNOWN_SECTION, inner.origin(), inner.name(),
                certificate ? "not supported by keylane" : "unknown section");
    }

    private void mistake(Kind kind, Origin origin, String key, String text) {
        mistakes.add(new ConfigMistake(kind, origin, key, text));
    }
}
