package dev.keylane.ike.text;

import java.util.Optional;
import java.util.function.Function;

/** The value of a text, or why it has none. */
public sealed interface Parsed<T> {
    /** What the text means. */
    record Value<T>(T value) implements Parsed<T> {
    }

    /**
     * The text means nothing.
     *
     * @param reason a sentence without a full stop that names the offending part
     */
    record Refused<T>(String reason) implements Parsed<T> {
    }

    static <T> Parsed<T> of(T value) {
        return new Value<>(value);
    }

    static <T> Parsed<T> refused(String reason) {
        return new Refused<>(reason);
    }

    default <R> Parsed<R> then(Function<T, Parsed<R>> next) {
        return switch (this) {
            case Value<T>(T value) -> next.apply(value);
            case Refused<T>(String reason) -> new Refused<>(reason);
        };
    }

    default Optional<T> asOptional() {
        return this instanceof Value<T>(T value) ? Optional.of(value) : Optional.empty();
    }

    /** For text that is known to be good. */
    default T orElseThrow() {
        return switch (this) {
            case Value<T>(T value) -> value;
            case Refused<T>(String reason) -> throw new IllegalArgumentException(reason);
        };
    }
}
