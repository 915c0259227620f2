package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keylane log}: what the daemon logs from now on, until it stops or this is interrupted. */
@Command(name = "log", mixinStandardHelpOptions = true, description = "Show what the daemon logs from now on.")
final class LogCommand implements Callable<Integer> {
    @Mixin
    private JsonLines json = new JsonLines();

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        return socket.open(client -> {
            client.listen("log", this::print);
            return 0;
        });
    }

    private void print(ViciMessage line) {
        if (json.isWanted()) {
            socket.print(JsonLines.log(line));
            return;
        }
        String sa = line.text("ikesa-name")
                .map(name -> " <" + name + "|" + line.text("ikesa-uniqueid").orElse("") + ">").orElse("");
        socket.print("[" + line.text("group").orElse("") + "]" + sa + " " + line.text("msg").orElse(""));
    }
}
