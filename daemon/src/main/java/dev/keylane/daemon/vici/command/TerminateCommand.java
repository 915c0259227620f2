package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.control.TerminateOutcome;
import dev.keylane.daemon.control.TerminateRequest;
import dev.keylane.daemon.vici.ViciMessage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** terminate: the log of the connections while their SAs are closed, then how many were. */
final class TerminateCommand implements Command {
    private final Control control;

    TerminateCommand(Control control) {
        this.control = control;
    }

    @Override
    public CompletionStage<Answer> run(ViciMessage request, Asker asker) {
        return switch (Selection.read(request)) {
            case Selection.Unreadable(String errmsg) -> Answer.failure(errmsg).now();
            case Selection.Selected(SaSelector selector) -> selector.isEmpty()
                    ? Answer.failure(TerminateOutcome.NO_SELECTOR.failure()).now()
                    : begin(selector).thenCompose(sas -> terminate(selector, connections(selector, sas), request, asker));
        };
    }

    private CompletionStage<List<IkeSnapshot>> begin(SaSelector selector) {
        Said.selecting("terminate", selector).forEach(control::note);
        return control.sas();
    }

    private CompletionStage<Answer> terminate(SaSelector selector, Set<String> connections, ViciMessage request,
                                              Asker asker) {
        boolean force = Selection.yes(request, "force");
        Control.Subscription log = ControlLog.forward(control, asker, connections, request);
        asker.whenGone(log::close);
        return control.terminate(new TerminateRequest(selector, force, Selection.timeout(request)))
                .whenComplete((_, _) -> log.close())
                .thenApply(TerminateCommand::answer);
    }

    private static Set<String> connections(SaSelector selector, List<IkeSnapshot> sas) {
        return sas.stream().filter(sa -> selector.selects(sa.ike()))
                .filter(sa -> !selector.namesChild()
                        || sa.children().stream().anyMatch(child -> selector.selects(child.child().sa())))
                .map(sa -> sa.ike().connection()).collect(Collectors.toSet());
    }

    private static Answer answer(TerminateOutcome outcome) {
        ViciMessage.Builder message = ViciMessage.builder()
                .set("success", outcome.failure() == null ? "yes" : "no")
                .set("matches", outcome.matches()).set("terminated", outcome.terminated());
        if (outcome.failure() != null) {
            message.set("errmsg", outcome.failure());
        }
        return new Answer.Plain(message.build());
    }
}
