package dev.keylane.daemon.config;

import dev.keylane.daemon.config.KnownKey.Scope;
import dev.keylane.daemon.config.KnownKey.Use;
import dev.keylane.ike.text.Parsed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Collects the keys of one scope in the order they are defined. */
final class KeyTable {
    private final Scope scope;
    private final List<KnownKey<?>> keys = new ArrayList<>();

    KeyTable(Scope scope) {
        this.scope = scope;
    }

    List<KnownKey<?>> keys() {
        return Collections.unmodifiableList(keys);
    }

    <T> KnownKey<T> used(String name, ValueFormat<T> format, String standard) {
        return add(new KnownKey<>(scope, name, Use.USED, format, false, standard, ""));
    }

    <T> KnownKey<T> usedList(String name, ValueFormat<T> format, String standard) {
        return add(new KnownKey<>(scope, name, Use.USED, format, true, standard, ""));
    }

    /** Every good value is taken, and has no effect. */
    <T> void ignored(String name, ValueFormat<T> format, String standard, String reason) {
        add(new KnownKey<>(scope, name, Use.IGNORED, format, false, standard, reason));
    }

    /** Refused unless it is {@code inert}, which is the default. */
    <T> KnownKey<T> refused(String name, ValueFormat<T> format, String inert, String advice) {
        return add(new KnownKey<>(scope, name, Use.REFUSED, format.only(inert), false, inert, advice));
    }

    /** Refused unless it is {@code inert}; what holds when the key is absent follows from other keys. */
    <T> KnownKey<T> refusedWithoutDefault(String name, ValueFormat<T> format, String inert, String advice) {
        return add(new KnownKey<>(scope, name, Use.REFUSED, format.only(inert), false, "", advice));
    }

    /** Refused whatever it says. */
    KnownKey<String> refused(String name, String advice) {
        ValueFormat<String> never = new ValueFormat<>(NOTHING, text -> Parsed.refused("not supported by keylane"));
        return add(new KnownKey<>(scope, name, Use.REFUSED, never, false, "", advice));
    }

    private <T> KnownKey<T> add(KnownKey<T> key) {
        keys.add(key);
        return key;
    }

    /** What a key expects that is refused whatever it says. */
    static final String NOTHING = "nothing";
}
