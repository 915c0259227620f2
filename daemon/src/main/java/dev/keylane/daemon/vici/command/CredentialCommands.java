package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Commands about kinds of credentials and pools that this daemon has none of: there is nothing to get or list, and
 * what is loaded is refused, so that nobody believes it is used. Requests that charon refuses as well get its words.
 */
final class CredentialCommands {
    private CredentialCommands() {
    }

    static Map<String, Command> commands() {
        Map<String, Command> commands = new HashMap<>();
        commands.put("get-keys", answer(ViciMessage.builder().list("keys", List.of()).build()));
        commands.put("get-authorities", answer(ViciMessage.builder().list("authorities", List.of()).build()));
        commands.put("get-pools", answer(ViciMessage.EMPTY));
        commands.put("list-certs", nothing("list-cert"));
        commands.put("list-authorities", nothing("list-authority"));
        commands.put("flush-certs", (request, _) -> flush(request).now());
        commands.put("load-cert", (request, _) -> typed(request, "certificate type missing", CERTIFICATES,
                "invalid certificate type '%s'", "certificates are not supported by keylane").now());
        commands.put("load-key", (request, _) -> typed(request, "key type missing", KEYS,
                "invalid key type: %s", "private keys are not supported by keylane").now());
        commands.put("load-token", (request, _) -> Answer.failure(request.value("handle").isEmpty() ? "keyid missing"
                : "private keys on tokens are not supported by keylane").now());
        commands.put("load-authority", (request, _) -> sections(request, "certification authorities"));
        commands.put("load-pool", (request, _) -> sections(request, "virtual IP pools"));
        commands.put("unload-key", (request, _) -> named(request, "id", "key id missing", "key not found"));
        commands.put("unload-authority", (request, _) -> named(request, "name", "unload: missing authority name",
                "unload: authority '%s' not found"));
        commands.put("unload-pool", (request, _) -> named(request, "name", "missing pool name to unload", "%s not found"));
        return commands;
    }

    private static Command answer(ViciMessage message) {
        return (_, _) -> new Answer.Plain(message).now();
    }

    private static Command nothing(String event) {
        return (_, _) -> new Answer.Streamed(event, List.of(), ViciMessage.EMPTY).now();
    }

    private static Answer flush(ViciMessage request) {
        String type = request.text("type").orElse("any");
        return CERTIFICATES.contains(type.toLowerCase(Locale.ROOT)) ? Answer.success()
                : Answer.failure("invalid certificate type '" + type + "'");
    }

    private static Answer typed(ViciMessage request, String missing, Set<String> types, String invalid, String refusal) {
        String type = request.text("type").orElse("");
        if (type.isEmpty()) {
            return Answer.failure(missing);
        }
        return Answer.failure(types.contains(type.toLowerCase(Locale.ROOT)) ? refusal : invalid.formatted(type));
    }

    /** A request without any section loads nothing, which is done. */
    private static CompletionStage<Answer> sections(ViciMessage request, String what) {
        return (request.sections().isEmpty() ? Answer.success()
                : Answer.failure(what + " are not supported by keylane: " + request.sections().getFirst().name())).now();
    }

    private static CompletionStage<Answer> named(ViciMessage request, String key, String missing, String unknown) {
        return Answer.failure(request.text(key).map(unknown::formatted).orElse(missing)).now();
    }

    private static final Set<String> CERTIFICATES = Set.of("any", "x509", "x509_ac", "x509_crl", "ocsp_response", "pubkey",
            "x509ca", "x509ocsp", "x509aa", "x509ac", "x509crl", "pgp", "gpg", "trusted_pubkey");
    private static final Set<String> KEYS = Set.of("any", "rsa", "ecdsa", "ed25519", "ed448", "bliss", "priv");
}
