package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.RekeyOutcome;
import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.vici.ViciMessage;
import java.util.concurrent.CompletionStage;

/** rekey: has SAs rekeyed and tells at once how many. */
final class RekeyCommand implements Command {
    private final Control control;

    RekeyCommand(Control control) {
        this.control = control;
    }

    @Override
    public CompletionStage<Answer> run(ViciMessage request, Asker asker) {
        if (Selection.yes(request, "reauth")) {
            return Answer.failure("reauthentication is not supported by keylane").now();
        }
        return switch (Selection.read(request)) {
            case Selection.Unreadable(String errmsg) -> Answer.failure(errmsg).now();
            case Selection.Selected(var selector) when selector.isEmpty() -> Answer.failure(RekeyOutcome.NO_SELECTOR.failure()).now();
            case Selection.Selected(var selector) -> rekey(selector);
        };
    }

    private CompletionStage<Answer> rekey(SaSelector selector) {
        Said.selecting("rekey", selector).forEach(control::note);
        return control.rekey(selector).thenApply(RekeyCommand::answer);
    }

    private static Answer answer(RekeyOutcome outcome) {
        ViciMessage.Builder message = ViciMessage.builder()
                .set("success", outcome.failure() == null ? "yes" : "no").set("matches", outcome.matches());
        if (outcome.failure() != null) {
            message.set("errmsg", outcome.failure());
        }
        return new Answer.Plain(message.build());
    }
}
