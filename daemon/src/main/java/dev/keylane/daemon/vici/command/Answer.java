package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.vici.ViciMessage;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What a command has to say. */
public sealed interface Answer {
    ViciMessage response();

    record Plain(ViciMessage response) implements Answer {
    }

    /**
     * Events for the asker alone, then the response.
     *
     * @param messages made one by one, as fast as the asker reads
     */
    record Streamed(String event, Iterable<ViciMessage> messages, ViciMessage response) implements Answer {
    }

    static Answer success() {
        return new Plain(ViciMessage.builder().set("success", "yes").build());
    }

    static Answer failure(String errmsg) {
        return new Plain(ViciMessage.builder().set("success", "no").set("errmsg", errmsg).build());
    }

    static Answer of(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done() -> success();
            case Outcome.Failed(String message) -> failure(message);
        };
    }

    /** An answer that is there already. */
    default CompletionStage<Answer> now() {
        return CompletableFuture.completedStage(this);
    }
}
