package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.kernel.TrapView;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.view.PolicySection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** install, uninstall and list-policies. */
final class PolicyCommands {
    private final Control control;

    PolicyCommands(Control control) {
        this.control = control;
    }

    Map<String, Command> commands() {
        return Map.of(
                "install", (request, _) -> change("install", request, control::install),
                "uninstall", (request, _) -> change("uninstall", request, control::uninstall),
                "list-policies", (request, _) -> control.traps().thenApply(traps -> list(traps, request)));
    }

    private interface Change {
        CompletionStage<Outcome> run(String child, @Nullable String connection);
    }

    private CompletionStage<Answer> change(String verb, ViciMessage request, Change change) {
        String child = Selection.nonEmpty(request, "child");
        if (child == null) {
            return Answer.of(Outcome.Failed.missingName()).now();
        }
        control.note("vici " + verb + " " + Said.quoted(child));
        return change.run(child, Selection.nonEmpty(request, "ike")).thenApply(Answer::of);
    }

    private static Answer list(List<TrapView> policies, ViciMessage request) {
        String child = Selection.nonEmpty(request, "child");
        String ike = Selection.nonEmpty(request, "ike");
        Iterable<ViciMessage> messages = () -> policies.stream()
                .filter(policy -> request.text(kind(policy)).isPresent())
                .filter(policy -> child == null || child.equals(policy.child().name()))
                .filter(policy -> ike == null || ike.equals(policy.connection()))
                .map(PolicySection::of).iterator();
        return new Answer.Streamed("list-policy", messages, ViciMessage.EMPTY);
    }

    /** The key by which a request asks for policies like this. */
    private static String kind(TrapView policy) {
        return switch (policy.child().mode()) {
            case TUNNEL, TRANSPORT -> "trap";
            case PASS -> "pass";
            case DROP -> "drop";
        };
    }
}
