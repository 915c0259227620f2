package dev.keylane.daemon.http;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A question to the daemon that many ask: it is put once at a time, and its answer is good for a while. For any thread. */
final class Shared<T> {
    private final Supplier<CompletionStage<T>> question;
    private @Nullable CompletableFuture<T> asked;
    private long askedAt;

    Shared(Supplier<CompletionStage<T>> question) {
        this.question = question;
    }

    /** May be completed by the caller without harm to others. */
    synchronized CompletableFuture<T> ask() {
        CompletableFuture<T> last = asked;
        boolean fresh = last != null && !last.isCompletedExceptionally()
                && (!last.isDone() || System.nanoTime() - askedAt < GOOD_NANOS);
        if (last == null || !fresh) {
            askedAt = System.nanoTime();
            last = question.get().toCompletableFuture();
            asked = last;
        }
        return last.copy();
    }

    private static final long GOOD_NANOS = 300_000_000;
}
