package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.config.ConfigMistake;
import dev.keylane.daemon.config.ConnectionReader;
import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.view.ConnSection;
import dev.keylane.ike.policy.Connection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** load-conn, unload-conn, get-conns and list-conns. */
final class ConnectionCommands {
    private final Control control;
    private final ConnectionReader reader;
    private final int ikePort;

    ConnectionCommands(Control control, ConnectionReader reader, int ikePort) {
        this.control = control;
        this.reader = reader;
        this.ikePort = ikePort;
    }

    Map<String, Command> commands() {
        return Map.of(
                "load-conn", (request, _) -> load(request.sections()).thenApply(Answer::of),
                "unload-conn", (request, _) -> unload(request),
                "get-conns", (_, _) -> control.book().thenApply(book -> new Answer.Plain(ViciMessage.builder()
                        .list("conns", book.connections().stream().map(Connection::name).toList()).build())),
                "list-conns", (request, _) -> control.book().thenCombine(control.obstacles(),
                        (book, obstacles) -> list(book.connections(), obstacles, request)));
    }

    /** One after the other, up to the first that is refused. */
    private CompletionStage<Outcome> load(List<ViciMessage.Section> sections) {
        CompletionStage<Outcome> chain = CompletableFuture.completedStage(Outcome.DONE);
        for (ViciMessage.Section section : sections) {
            chain = chain.thenCompose(outcome -> switch (outcome) {
                case Outcome.Done() -> load(section);
                case Outcome.Failed failed -> CompletableFuture.<Outcome>completedStage(failed);
            });
        }
        return chain;
    }

    /** Reading may resolve names, which takes its time: it gets a thread of its own. */
    private CompletionStage<Outcome> load(ViciMessage.Section section) {
        return CompletableFuture.supplyAsync(() -> reader.read(Settings.section(section)), Thread::startVirtualThread)
                .thenCompose(result -> switch (result) {
                    case ConnectionReader.Result.Read(Connection connection) -> control.loadConnection(connection);
                    case ConnectionReader.Result.Refused(List<ConfigMistake> mistakes) ->
                            CompletableFuture.<Outcome>completedStage(new Outcome.Failed(text(mistakes.getFirst())));
                });
    }

    static String text(ConfigMistake mistake) {
        return switch (mistake.kind()) {
            case UNKNOWN_KEY -> "unknown option: " + mistake.key() + ", config discarded";
            case UNKNOWN_SECTION -> "invalid section: " + mistake.key();
            case BAD_VALUE, NOT_SUPPORTED ->
                    "invalid value for: " + mistake.key() + ", config discarded: " + mistake.text();
            case SYNTAX, MISSING -> mistake.key() + ": " + mistake.text() + ", config discarded";
        };
    }

    private CompletionStage<Answer> unload(ViciMessage request) {
        Optional<String> name = request.text("name");
        return name.isEmpty() ? Answer.failure("unload: missing connection name").now()
                : control.unloadConnection(name.get()).thenApply(Answer::of);
    }

    private Answer list(List<Connection> connections, Map<String, String> obstacles, ViciMessage request) {
        String ike = Selection.nonEmpty(request, "ike");
        boolean details = Selection.yes(request, "details");
        Iterable<ViciMessage> messages = () -> connections.stream()
                .filter(connection -> ike == null || ike.equals(connection.name()))
                .map(connection -> ConnSection.of(connection, ikePort, obstacles, details)).iterator();
        return new Answer.Streamed("list-conn", messages, ViciMessage.EMPTY);
    }
}
