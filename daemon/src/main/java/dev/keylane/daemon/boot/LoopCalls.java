package dev.keylane.daemon.boot;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for an event loop from a thread that may wait, never for longer than told. */
record LoopCalls(EventLoop loop) {
    /**
     * Runs a task there.
     *
     * @throws IOException the task's own, or when time is over
     */
    <T> T call(Callable<T> task, Duration patience) throws IOException {
        return get(loop.submit(task), patience);
    }

    static <T> T await(CompletionStage<T> stage, Duration patience) throws IOException {
        return get(stage.toCompletableFuture(), patience);
    }

    private static <T> T get(Future<T> future, Duration patience) throws IOException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            switch (failed.getCause()) {
                case IOException io -> throw io;
                case RuntimeException bug -> throw bug;
                case null, default -> throw new IllegalStateException(failed.getCause());
            }
        } catch (TimeoutException stuck) {
            throw new IOException("the event loop does not answer within " + patience.toMillis() + " ms", stuck);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }
}
