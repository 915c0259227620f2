package dev.keylane.daemon.shard;

import dev.keylane.ike.sa.Effect;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Requests given to the core and not answered yet; on the shard's thread. */
final class Requests {
    private final Map<Long, Consumer<Optional<String>>> waiting = new HashMap<>();
    private long last;

    /**
     * @param answer takes the reason of a failure, or nothing on success
     * @return the number to give to the core
     */
    long expect(Consumer<Optional<String>> answer) {
        waiting.put(++last, answer);
        return last;
    }

    void on(Effect.RequestDone done) {
        Consumer<Optional<String>> answer = waiting.remove(done.request());
        if (answer != null) {
            @Nullable String failure = done.failure();
            answer.accept(Optional.ofNullable(failure));
        }
    }

    void forget(long request) {
        waiting.remove(request);
    }
}
