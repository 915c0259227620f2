package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keylane terminate}: closes SAs and shows the log while that goes on. */
@Command(name = "terminate", mixinStandardHelpOptions = true,
        description = "Close SAs; exit code 1 when there are none or not all could be closed.")
final class TerminateCommand implements Callable<Integer> {
    @ArgGroup(exclusive = false, multiplicity = "1")
    private SaChoice choice = new SaChoice();

    @Option(names = "--force", description = "Do not wait for the peer's answer.")
    private boolean force;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "0",
            description = "Give up waiting after so long; 0 waits for the outcome, -1 does not wait (default: 0).")
    private long timeout;

    @Mixin
    private JsonLines json = new JsonLines();

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        ViciMessage request = choice.request()
                .set("force", force ? "yes" : null).set("timeout", timeout < 0 ? -1 : 1_000 * timeout).build();
        return socket.open(client -> socket.judge("terminate",
                client.request("terminate", request, "control-log", line -> socket.printLog(line, json)), json));
    }
}
