package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.view.SteeringMessages;
import java.util.concurrent.CompletionStage;

/** list-steering: events that tell how received packets get to their CPU. charon has no such command. */
final class ListSteeringCommand implements Command {
    private final Control control;

    ListSteeringCommand(Control control) {
        this.control = control;
    }

    @Override
    public CompletionStage<Answer> run(ViciMessage request, Asker asker) {
        // Thousands of SAs take their time to be written, which is not the keying thread's.
        return control.steering().thenApplyAsync(snapshot ->
                new Answer.Streamed("list-steering", SteeringMessages.of(snapshot), ViciMessage.EMPTY),
                Thread::startVirtualThread);
    }
}
