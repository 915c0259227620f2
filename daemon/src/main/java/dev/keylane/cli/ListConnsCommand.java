package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keylane list-conns}: the connections that are loaded, in the form of {@code swanctl --list-conns}. */
@Command(name = "list-conns", mixinStandardHelpOptions = true, description = "Show the connections that are loaded.")
final class ListConnsCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print a JSON array of connections.")
    private boolean json;

    @Option(names = "--ike", paramLabel = "NAME", description = "Only this connection.")
    private @Nullable String ike;

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        ViciMessage request = new RequestBuilder().set("ike", ike).set("details", "yes").build();
        return socket.open(client -> {
            List<ViciMessage.Section> connections = new ArrayList<>();
            ViciMessage response = client.request("list-conns", request, "list-conn", event -> connections.addAll(event.sections()));
            if (json) {
                socket.print(Json.print(connections.stream().map(ConnJson::of).toList()));
            } else {
                connections.forEach(this::connection);
            }
            if (ike != null && connections.isEmpty() && ControlSocket.lacking(response).isEmpty()) {
                return socket.fail("no connection '" + ike + "' is loaded");
            }
            return socket.end(response);
        });
    }

    private void connection(ViciMessage.Section connection) {
        Keys keys = new Keys(connection.content());
        socket.print("%s: %s, %s, %s".formatted(connection.name(), keys.text("version"),
                every(keys.number("reauth_time"), "reauthentication", "no reauthentication"),
                every(keys.number("rekey_time"), "rekeying", "no rekeying")));
        socket.print("  local:  " + addresses(keys, "local"));
        socket.print("  remote: " + addresses(keys, "remote"));
        authentication(keys, "local");
        authentication(keys, "remote");
        connection.content().section("children").stream().flatMap(children -> children.sections().stream())
                .forEach(this::child);
    }

    private static String addresses(Keys keys, String side) {
        return String.join(" ", keys.message().list(side + "_addrs")) + "[" + keys.text(side + "_port") + "]";
    }

    private void authentication(Keys connection, String side) {
        connection.message().section(side + "-1").map(Keys::new).ifPresent(keys -> {
            socket.print("  " + side + " " + keys.text("class") + " authentication:");
            socket.print("    id: " + keys.text("id"));
        });
    }

    private void child(ViciMessage.Section child) {
        Keys keys = new Keys(child.content());
        socket.print("  %s: %s, %s".formatted(child.name(), keys.text("mode"),
                every(keys.number("rekey_time"), "rekeying", "no rekeying")));
        socket.print("    local:  " + String.join(" ", keys.message().list("local-ts")));
        socket.print("    remote: " + String.join(" ", keys.message().list("remote-ts")));
        List<String> own = OWN.stream().filter(key -> keys.message().text(key).isPresent())
                .map(key -> key.replace('-', '_') + " = " + keys.text(key)).toList();
        if (!own.isEmpty()) {
            socket.print("    " + String.join(", ", own));
        }
        keys.message().text("hw-offload-against").ifPresent(reason -> socket.print("    cannot come up: " + reason));
    }

    private static final List<String> OWN = List.of("start-action", "hw-offload", "mark-in", "mark-out", "set-mark-in",
            "set-mark-out", "if-id-in", "if-id-out", "per-cpu-sas", "per-cpu-mode", "per-cpu-cpus", "per-cpu-max", "steering");

    private static String every(@Nullable Long seconds, String what, String never) {
        return seconds == null || seconds == 0 ? never : what + " every " + seconds + "s";
    }
}
