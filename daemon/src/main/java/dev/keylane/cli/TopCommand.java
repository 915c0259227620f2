package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.client.ViciClient;
import dev.keylane.daemon.vici.view.SteeringMessages;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keylane top}: connections, and SAs by CPU with their rates, drawn anew every second until q is pressed. */
@Command(name = "top", mixinStandardHelpOptions = true,
        description = "Show connections and the rates of their SAs, by CPU, as they change; q ends it.")
final class TopCommand implements Callable<Integer> {
    @Option(names = "--once", description = "Print one frame and end, as when the output is no terminal.")
    private boolean once;

    @Option(names = "--json", description = "Print one frame as a JSON object and end; traffic is counted, not by the second.")
    private boolean json;

    @Option(names = "--interval", paramLabel = "SECONDS", defaultValue = "1", description = "Time between frames (default: 1).")
    private double interval;

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        if (!(interval >= SHORTEST && interval <= LONGEST)) {
            return socket.refuse("--interval: between " + SHORTEST + " and " + LONGEST + " seconds");
        }
        return socket.open(client -> {
            if (json) {
                socket.print(Json.print(TopJson.of(sample(client))));
                return 0;
            }
            if (once || !TerminalScreen.isThere()) {
                TopFrame.of(null, sample(client), UNLIMITED).forEach(socket::print);
                return 0;
            }
            return watch(client);
        });
    }

    private int watch(ViciClient client) throws IOException {
        try (TerminalScreen screen = TerminalScreen.open()) {
            @Nullable TopSample before = null;
            do {
                TopSample now = sample(client);
                screen.draw(TopFrame.of(before, now, screen.size()));
                before = now;
            } while (!screen.isQuitWithin(Duration.ofMillis((long) (1000 * interval))));
            return 0;
        }
    }

    private static TopSample sample(ViciClient client) throws IOException {
        List<ViciMessage> conns = new ArrayList<>();
        List<ViciMessage> sas = new ArrayList<>();
        List<ViciMessage> steering = new ArrayList<>();
        list(client, "list-conns", "list-conn", conns);
        list(client, "list-steering", "list-steering", steering);
        list(client, "list-sas", "list-sa", sas);
        return TopSample.of(System.nanoTime(), conns, sas, SteeringMessages.read(steering));
    }

    /** @throws IOException also when something could not be told: a frame without it would be wrong */
    private static void list(ViciClient client, String command, String event, List<ViciMessage> into) throws IOException {
        Optional<String> lacking = ControlSocket.lacking(client.request(command, ViciMessage.EMPTY, event, into::add));
        if (lacking.isPresent()) {
            throw new IOException(lacking.get());
        }
    }

    private static final double SHORTEST = 0.1;
    private static final double LONGEST = 3600;
    private static final TopFrame.Size UNLIMITED = new TopFrame.Size(Integer.MAX_VALUE, Integer.MAX_VALUE);
}
