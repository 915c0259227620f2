package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.Timeout;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** An answer that is not waited for longer than the asker wants. On the shard's thread. */
final class Deadline<T> {
    private final EventLoop loop;
    private final CompletableFuture<T> answer = new CompletableFuture<>();

    Deadline(EventLoop loop) {
        this.loop = loop;
    }

    void complete(T value) {
        answer.complete(value);
    }

    /**
     * @param atOnce  the answer for somebody who does not wait at all
     * @param late    the answer when time is over
     * @param giveUp  run when nobody waits any more
     */
    CompletionStage<T> within(Timeout timeout, T atOnce, Supplier<T> late, Runnable giveUp) {
        if (timeout.isNoWait()) {
            answer.complete(atOnce);
        } else if (!timeout.isForever()) {
            var alarm = loop.schedule(() -> {
                giveUp.run();
                answer.complete(late.get());
            }, timeout.millis(), TimeUnit.MILLISECONDS);
            answer.whenComplete((value, failure) -> alarm.cancel(false));
        }
        return answer;
    }
}
