package dev.keylane.daemon.config;

import dev.keylane.daemon.config.ConfigMistake.Kind;
import dev.keylane.daemon.config.KnownKey.Scope;
import dev.keylane.daemon.config.KnownKey.Use;
import dev.keylane.ike.text.Parsed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads the keys of one section by the table, and collects what is wrong with them. */
final class KeyReader {
    private final Section section;
    private final List<ConfigMistake> mistakes;

    private KeyReader(Section section, List<ConfigMistake> mistakes) {
        this.section = section;
        this.mistakes = mistakes;
    }

    /** Keys that are not in the table, and those that are refused, are reported at once. */
    static KeyReader of(Section section, Scope scope, List<ConfigMistake> mistakes) {
        KeyReader reader = new KeyReader(section, mistakes);
        section.settings().forEach((name, setting) -> KnownKeys.find(scope, name).ifPresentOrElse(
                key -> reader.checkUnlessUsed(name, key, setting),
                () -> reader.mistake(Kind.UNKNOWN_KEY, setting.origin(), name, KnownKeys.unknown(scope, name))));
        return reader;
    }

    Section section() {
        return section;
    }

    /** The value, the default when the key is absent or wrong. */
    <T> T get(KnownKey<T> key) {
        return find(key).orElseGet(() -> key.format().read(key.standard()).orElseThrow());
    }

    <T> Optional<T> find(KnownKey<T> key) {
        Optional<Setting> setting = section.setting(key.name());
        return key.use() == Use.USED ? setting.flatMap(found -> single(key, found))
                // It was checked when this reader was made.
                : setting.flatMap(found -> value(key, found).asOptional());
    }

    /** The items of a list; those of the default when there are none. */
    <T> List<T> all(KnownKey<T> key) {
        return all(key, text -> key.format().read(text));
    }

    /** The same, read in another way. */
    <T, R> List<R> all(KnownKey<T> key, Function<String, Parsed<R>> reader) {
        List<R> items = new ArrayList<>();
        Optional<Setting> setting = section.setting(key.name());
        for (String item : setting.map(KeyReader::split).orElse(List.of())) {
            accept(key.name(), setting.get().origin(), reader.apply(item)).ifPresent(items::add);
        }
        return items.isEmpty() ? List.of(reader.apply(key.standard()).orElseThrow()) : items;
    }

    boolean has(KnownKey<?> key) {
        return section.settings().containsKey(key.name());
    }

    /** A mistake about a key's value, or about its absence. */
    void mistake(KnownKey<?> key, String text) {
        Origin origin = section.setting(key.name()).map(Setting::origin).orElse(section.origin());
        mistake(has(key) ? Kind.BAD_VALUE : Kind.MISSING, origin, key.name(), text);
    }

    /** @param name which a key that stands for several does not tell */
    private void checkUnlessUsed(String name, KnownKey<?> key, Setting setting) {
        if (key.use() != Use.USED) {
            accept(name, setting.origin(), value(key, setting));
        }
    }

    private <T> Optional<T> single(KnownKey<T> key, Setting setting) {
        return accept(key.name(), setting.origin(), value(key, setting));
    }

    private static <T> Parsed<T> value(KnownKey<T> key, Setting setting) {
        return switch (setting) {
            case Setting.Scalar scalar -> key.format().read(scalar.text());
            // Where one value is wanted, one item is as good. A key that is always refused is refused as such.
            case Setting.Items(List<String> items, Origin _) -> items.size() == 1 || key.use() != Use.USED
                    ? key.format().read(String.join(", ", items))
                    : Parsed.refused("expected one value, found a list");
        };
    }

    static List<String> split(Setting setting) {
        return switch (setting) {
            case Setting.Scalar scalar -> scalar.split();
            case Setting.Items(List<String> items, Origin _) -> items;
        };
    }

    private <T> Optional<T> accept(String key, Origin origin, Parsed<T> parsed) {
        if (parsed instanceof Parsed.Refused<T>(String reason)) {
            Kind kind = reason.contains("not supported") ? Kind.NOT_SUPPORTED : Kind.BAD_VALUE;
            mistake(kind, origin, key, reason);
        }
        return parsed.asOptional();
    }

    private void mistake(Kind kind, Origin origin, String key, String text) {
        mistakes.add(new ConfigMistake(kind, origin, key, text));
    }
}
