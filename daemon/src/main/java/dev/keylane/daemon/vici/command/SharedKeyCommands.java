package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IdentificationText;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.text.Parsed;
import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** load-shared, unload-shared, get-shared and clear-creds. */
final class SharedKeyCommands {
    private final Control control;

    SharedKeyCommands(Control control) {
        this.control = control;
    }

    Map<String, Command> commands() {
        return Map.of(
                "load-shared", (request, _) -> load(request),
                "unload-shared", (request, _) -> unload(request),
                "get-shared", (_, _) -> control.book().thenApply(book -> new Answer.Plain(
                        ViciMessage.builder().list("keys", named(book.sharedKeys())).build())),
                "clear-creds", (_, _) -> control.clearCredentials().thenApply(Answer::of));
    }

    private CompletionStage<Answer> load(ViciMessage request) {
        String type = request.text("type").orElse("").toLowerCase(Locale.ROOT);
        if (type.isEmpty()) {
            return Answer.failure("shared key type missing").now();
        }
        if (!type.equals("ike")) {
            return Answer.failure(OTHER_TYPES.contains(type) ? "shared keys of type " + type + " are not supported by keylane"
                    : "invalid shared key type: " + type).now();
        }
        Optional<Octets> data = request.value("data");
        if (data.isEmpty()) {
            return Answer.failure("shared key data missing").now();
        }
        List<Identification> owners = new ArrayList<>();
        for (String owner : request.list("owners")) {
            switch (IdentificationText.read(owner)) {
                case Parsed.Value<Identification>(Identification id) -> owners.add(id);
                case Parsed.Refused<Identification>(String reason) -> {
                    return Answer.failure("invalid owner of a shared key: " + reason).now();
                }
            }
        }
        String id = request.text("id").orElseGet(() -> UNNAMED + String.join(",", request.list("owners")));
        SharedKey key = new SharedKey(id, Secret.wrap(data.get().toByteArray()), owners);
        return control.loadSharedKey(key).thenApply(Answer::of);
    }

    private CompletionStage<Answer> unload(ViciMessage request) {
        Optional<String> id = request.text("id");
        return id.isEmpty() ? Answer.failure("unique identifier missing").now()
                : control.unloadSharedKey(id.get()).thenApply(Answer::of);
    }

    /** Keys without an id of their own are not listed: clients unload what they do not know. */
    private static List<String> named(List<SharedKey> keys) {
        return keys.stream().map(SharedKey::id).filter(id -> !id.startsWith(UNNAMED)).toList();
    }

    private static final String UNNAMED = "unnamed key of ";
    private static final List<String> OTHER_TYPES = List.of("eap", "xauth", "ntlm", "ppk");
}
