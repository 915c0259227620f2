package dev.keylane.daemon.offload;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/** Whoever tries devices when somebody wants to know what they can do. */
public interface Probing extends AutoCloseable {
    /**
     * @param answer what it can, empty when it could not be tried; hears of it at once or later, or never once this is closed
     * @return whether it will be tried: not where too many are waiting
     */
    boolean ask(String device, Consumer<Optional<Abilities>> answer);

    /** Where answers that come later are given; to be said before anything is asked. */
    default void answerTo(Executor asker) {
    }

    /** What was asked until now is of no interest any more: it is answered as not tried, and soon. */
    default void leaveOff() {
    }

    /** What is being tried is taken back. */
    @Override
    default void close() {
    }

    /** Tries while the asker waits. */
    static Probing atOnce(Function<String, Abilities> probe) {
        return (device, answer) -> {
            answer.accept(Optional.of(probe.apply(device)));
            return true;
        };
    }
}
