package dev.keylane.daemon.config;

import dev.keylane.ike.text.Parsed;
import dev.keylane.ike.text.Printable;
import java.util.Arrays;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How one kind of value is written.
 *
 * @param expects what a good value looks like, for documentation and messages
 */
record ValueFormat<T>(String expects, Function<String, Parsed<T>> reader) {
    Parsed<T> read(String text) {
        return reader.apply(text.strip());
    }

    <R> ValueFormat<R> map(Function<T, R> function) {
        return new ValueFormat<>(expects, text -> reader.apply(text).then(value -> Parsed.of(function.apply(value))));
    }

    /** Only values that ask for nothing; every other good value is refused. */
    ValueFormat<T> only(String... inert) {
        var allowed = Arrays.stream(inert).map(text -> read(text).orElseThrow()).toList();
        String only = String.join(" or ", inert);
        return new ValueFormat<>(only, text -> reader.apply(text).then(value -> allowed.contains(value)
                ? Parsed.of(value)
                : Parsed.refused(quoted(text) + " is not supported by keylane, only " + only)));
    }

    /** Values that strongSwan knows and we do not. */
    ValueFormat<T> alsoKnown(String... others) {
        return new ValueFormat<>(expects, text -> Arrays.stream(others).anyMatch(text::equalsIgnoreCase)
                ? Parsed.refused(quoted(text) + " is not supported by keylane")
                : reader.apply(text));
    }

    ValueFormat<T> except(Predicate<T> refused, String reason) {
        return new ValueFormat<>(expects, text -> reader.apply(text).then(value -> refused.test(value)
                ? Parsed.refused(reason)
                : Parsed.of(value)));
    }

    static <T> Parsed<T> wrong(String expects, String text) {
        return Parsed.refused("expected " + expects + ", found " + quoted(text));
    }

    /** An operator's text inside a message: short and printable. */
    static String quoted(String text) {
        return '"' + Printable.of(text, SHOWN) + '"';
    }

    private static final int SHOWN = 60;
}
