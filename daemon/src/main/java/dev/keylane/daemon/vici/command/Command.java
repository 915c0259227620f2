package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.concurrent.CompletionStage;

/** One command; called on the control socket's thread, which it must not block. */
public interface Command {
    CompletionStage<Answer> run(ViciMessage request, Asker asker);
}
