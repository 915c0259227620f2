package dev.keylane.daemon.config;

import dev.keylane.daemon.config.ConfigMistake.Kind;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.SecretText;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.text.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code secrets { ike<suffix> { secret = ..., id* = ... } }}. */
public final class SecretReader {
    private static final KeyTable SECRET = new KeyTable(KnownKey.Scope.SECRET);

    private static final KnownKey<Secret> TEXT = SECRET.used("secret", new ValueFormat<>(
            "text, 0x and hexadecimal digits, or 0s and base64", SecretText::parse), "");
    private static final KnownKey<Identification> OWNER = SECRET.used("id*", SpecialFormats.IDENTITY, "%any");

    private static final List<String> OTHER_KINDS = List.of("eap", "xauth", "ntlm", "ppk", "private", "rsa", "ecdsa",
            "pkcs8", "pkcs12", "token");

    /** What one section came to. */
    public sealed interface Result {
        record Read(SharedKey key) implements Result {
        }

        record Refused(List<ConfigMistake> mistakes) implements Result {
            public Refused {
                mistakes = List.copyOf(mistakes);
            }
        }
    }

    static List<KnownKey<?>> keys() {
        return SECRET.keys();
    }

    /** @param section a section of {@code secrets}, its name being the id of the key */
    public Result read(Section section) {
        List<ConfigMistake> mistakes = new ArrayList<>();
        Optional<SharedKey> key = section.name().startsWith("ike") ? ike(section, mistakes)
                : refuse(section, mistakes);
        return mistakes.isEmpty() && key.isPresent() ? new Result.Read(key.get()) : new Result.Refused(mistakes);
    }

    private Optional<SharedKey> ike(Section section, List<ConfigMistake> mistakes) {
        KeyReader keys = KeyReader.of(section, KnownKey.Scope.SECRET, mistakes);
        section.sections().values().forEach(inner -> mistakes.add(
                new ConfigMistake(Kind.UNKNOWN_SECTION, inner.origin(), inner.name(), "unknown section")));
        List<Identification> owners = section.settings().keySet().stream().filter(key -> key.startsWith("id"))
                .flatMap(key -> keys.find(named(key)).stream()).toList();
        return secret(section, mistakes).map(secret -> new SharedKey(section.name(), secret, owners));
    }

    /** Not by way of the format, which would strip spaces that belong to the secret. */
    private Optional<Secret> secret(Section section, List<ConfigMistake> mistakes) {
        Optional<Setting> setting = section.setting(TEXT.name());
        if (setting.isEmpty()) {
            mistakes.add(new ConfigMistake(Kind.MISSING, section.origin(), TEXT.name(),
                    "there is none in " + section.name()));
            return Optional.empty();
        }
        Parsed<Secret> secret = setting.get().items().size() == 1
                ? SecretText.parse(setting.get().items().getFirst())
                : Parsed.refused("expected one value, found a list");
        if (secret instanceof Parsed.Refused<Secret>(String reason)) {
            mistakes.add(ConfigMistake.badValue(setting.get().origin(), TEXT.name(), reason));
        }
        return secret.asOptional();
    }

    private static Optional<SharedKey> refuse(Section section, List<ConfigMistake> mistakes) {
        boolean known = OTHER_KINDS.stream().anyMatch(section.name()::startsWith);
        mistakes.add(new ConfigMistake(known ? Kind.NOT_SUPPORTED : Kind.UNKNOWN_SECTION, section.origin(),
                section.name(), known ? "not supported by keylane, only ike secrets are" : "unknown kind of secret"));
        return Optional.empty();
    }

    private static KnownKey<Identification> named(String key) {
        return new KnownKey<>(OWNER.scope(), key, OWNER.use(), OWNER.format(), false, OWNER.standard(), OWNER.remark());
    }
}
