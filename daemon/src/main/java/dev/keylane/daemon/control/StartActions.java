package dev.keylane.daemon.control;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Carries out a {@link ConfigChange}, one action after the other; the network is not waited for. */
public final class StartActions {
    private final Control control;
    private final Consumer<String> log;

    /**
     * @param log takes lines of the group CFG, level 1
     */
    public StartActions(Control control, Consumer<String> log) {
        this.control = control;
        this.log = log;
    }

    /**
     * Done when the last action has been started. What fails does not keep the others from running; an initiation that cannot
     * even begin has been logged by then.
     */
    public CompletionStage<Outcome> run(ConfigChange change) {
        log.accept(change.line());
        CompletionStage<?> chain = CompletableFuture.completedStage(null);
        for (ConfigAction action : change.actions()) {
            chain = chain.thenCompose(done -> run(action));
        }
        return chain.thenApply(done -> Outcome.DONE);
    }

    private CompletionStage<?> run(ConfigAction action) {
        String child = action.child();
        return switch (action) {
            case ConfigAction.Initiate(String connection, String _) -> {
                log.accept("vici initiating '" + child + "'");
                yield control.initiate(new InitiateRequest(child, connection, Timeout.NO_WAIT));
            }
            case ConfigAction.Install(String connection, String _) -> {
                log.accept("vici installing '" + child + "'");
                yield control.install(child, connection).thenAccept(this::report);
            }
            case ConfigAction.Uninstall(String connection, String _) -> {
                log.accept("vici uninstalling '" + child + "'");
                yield control.uninstall(child, connection).thenAccept(this::report);
            }
            case ConfigAction.Close close -> control.sas().thenCompose(sas -> closeAll(closing(close, sas)));
        };
    }

    /** The children to close, or their IKE SAs where no other child would be left. */
    static List<Closing> closing(ConfigAction.Close close, List<IkeSnapshot> sas) {
        List<Closing> closings = new ArrayList<>();
        for (IkeSnapshot sa : sas) {
            if (!sa.ike().connection().equals(close.connection())) {
                continue;
            }
            List<ChildSnapshot> own = sa.children().stream()
                    .filter(child -> child.child().sa().name().equals(close.child())).toList();
            if (own.size() == sa.children().size()) {
                closings.add(new Closing("vici closing IKE_SA '%s'".formatted(close.connection()),
                        SaSelector.ikeSa(sa.ike().id())));
            } else {
                own.forEach(child -> closings.add(new Closing("vici closing CHILD_SA '%s' #%d"
                        .formatted(close.child(), child.child().sa().id()),
                        SaSelector.childSa(child.child().sa().id()))));
            }
        }
        return closings;
    }

    record Closing(String line, SaSelector selector) {
    }

    private CompletionStage<?> closeAll(List<Closing> closings) {
        CompletionStage<?> chain = CompletableFuture.completedStage(null);
        for (Closing closing : closings) {
            chain = chain.thenCompose(done -> {
                log.accept(closing.line());
                return control.terminate(new TerminateRequest(closing.selector(), false, Timeout.NO_WAIT));
            });
        }
        return chain;
    }

    private void report(Outcome outcome) {
        if (outcome instanceof Outcome.Failed(String message)) {
            log.accept(message);
        }
    }
}
