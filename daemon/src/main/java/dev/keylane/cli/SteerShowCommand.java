package dev.keylane.cli;

import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.daemon.control.SteeringTree;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.view.SteeringMessages;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keylane steer show}: what a running daemon steers, for people or (see {@link SteeringTree}) for programs. */
@Command(name = "show", mixinStandardHelpOptions = true,
        description = "Show what the daemon steers: devices, strategies, SPI to CPU, packets.")
final class SteerShowCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print a JSON object.")
    private boolean json;

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        return socket.open(client -> {
            List<ViciMessage> events = new ArrayList<>();
            ViciMessage response = client.request("list-steering", ViciMessage.EMPTY, "list-steering", events::add);
            SteeringSnapshot snapshot = read(events);
            if (json) {
                socket.print(Json.print(SteeringTree.of(snapshot)));
            } else {
                SteerText.lines(snapshot).forEach(socket::print);
            }
            return socket.end(response);
        });
    }

    private static SteeringSnapshot read(List<ViciMessage> events) throws IOException {
        try {
            return SteeringMessages.read(events);
        } catch (RuntimeException other) {
            throw new IOException("the daemon's answer cannot be read: " + other.getMessage(), other);
        }
    }
}
