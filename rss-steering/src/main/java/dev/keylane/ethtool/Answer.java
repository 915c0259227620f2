package dev.keylane.ethtool;

import dev.keylane.linux.Errno;
import java.util.function.Function;

/** What a driver answered. */
public sealed interface Answer<T> {
    record Is<T>(T value) implements Answer<T> {
    }

    /**
     * @param command such as {@code ETHTOOL_GRSSH}
     * @param errno   positive
     */
    record Refused<T>(String command, int errno) implements Answer<T> {
        public boolean noSuchDevice() {
            return errno == Errno.ENODEV;
        }

        /** Such as {@code ETHTOOL_GRSSH: EOPNOTSUPP}. */
        public String text() {
            return command + ": " + Errno.name(errno);
        }
    }

    default <U> Answer<U> then(Function<T, Answer<U>> next) {
        return switch (this) {
            case Is<T>(T value) -> next.apply(value);
            case Refused<T>(String command, int errno) -> new Refused<>(command, errno);
        };
    }

    default <U> Answer<U> map(Function<T, U> change) {
        return then(value -> new Is<>(change.apply(value)));
    }

    /** The value, or what {@code otherwise} makes of the refusal. */
    default T or(Function<Refused<T>, T> otherwise) {
        return switch (this) {
            case Is<T>(T value) -> value;
            case Refused<T> refused -> otherwise.apply(refused);
        };
    }
}
