package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.InitiateRequest;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.vici.ViciMessage;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** initiate: the log of the connection while it is brought up, then whether it is. */
final class InitiateCommand implements Command {
    private final Control control;

    InitiateCommand(Control control) {
        this.control = control;
    }

    @Override
    public CompletionStage<Answer> run(ViciMessage request, Asker asker) {
        InitiateRequest wanted = new InitiateRequest(Selection.nonEmpty(request, "child"),
                Selection.nonEmpty(request, "ike"), Selection.timeout(request), Selection.yes(request, "init-limits"));
        if (wanted.child() == null && wanted.ike() == null) {
            return Answer.of(Outcome.Failed.missingName()).now();
        }
        control.note(Said.initiating(wanted.child(), wanted.ike()));
        return control.book().thenCompose(book -> wanted.find(book)
                .map(connection -> initiate(wanted, connection.name(), request, asker))
                .orElseGet(() -> Answer.of(Outcome.Failed.notFound(wanted)).now()));
    }

    private CompletionStage<Answer> initiate(InitiateRequest wanted, String connection, ViciMessage request,
                                             Asker asker) {
        Control.Subscription log = ControlLog.forward(control, asker, Set.of(connection), request);
        CompletableFuture<?> gone = new CompletableFuture<>();
        asker.whenGone(() -> {
            log.close();
            gone.complete(null);
        });
        return control.initiate(new InitiateRequest(wanted.child(), connection, wanted.timeout(), wanted.limited()), gone)
                .whenComplete((_, _) -> log.close())
                .thenApply(Answer::of);
    }
}
