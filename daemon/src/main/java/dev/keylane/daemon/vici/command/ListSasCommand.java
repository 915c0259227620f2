package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.view.IkeSection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * list-sas: an event an IKE SA, or several for one whose children no single message holds. Filters for children leave out
 * children only, never their IKE SA.
 */
final class ListSasCommand implements Command {
    private final Control control;
    private final InstantSource clock;

    ListSasCommand(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public CompletionStage<Answer> run(ViciMessage request, Asker asker) {
        return switch (Selection.read(request)) {
            case Selection.Unreadable(String errmsg) -> Answer.failure(errmsg).now();
            case Selection.Selected(SaSelector selector) -> control.sas().thenApply(sas -> list(sas, selector));
        };
    }

    private Answer list(List<IkeSnapshot> sas, SaSelector selector) {
        Instant now = clock.instant();
        Iterable<ViciMessage> messages = () -> sas.stream().filter(sa -> selector.selects(sa.ike()))
                .flatMap(sa -> IkeSection.inParts(sa, children(sa, selector), now).stream()).iterator();
        return new Answer.Streamed("list-sa", messages, ViciMessage.EMPTY);
    }

    private static List<ChildSnapshot> children(IkeSnapshot sa, SaSelector selector) {
        return sa.children().stream().filter(child -> selector.selects(child.child().sa())).toList();
    }
}
