package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keylane initiate}: brings up a child and shows the log while that goes on. */
@Command(name = "initiate", mixinStandardHelpOptions = true,
        description = "Bring up a child, or an IKE SA alone; exit code 1 when that fails.")
final class InitiateCommand implements Callable<Integer> {
    /** What to bring up. */
    static final class Selector {
        @Option(names = "--child", paramLabel = "NAME", description = "The child to bring up.")
        private @Nullable String child;

        @Option(names = "--ike", paramLabel = "NAME", description = "Its connection; alone: bring up just the IKE SA.")
        private @Nullable String ike;
    }

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Selector selector = new Selector();

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "0",
            description = "Give up waiting after so long; 0 waits for the outcome, -1 does not wait (default: 0).")
    private long timeout;

    @Mixin
    private JsonLines json = new JsonLines();

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        ViciMessage request = new RequestBuilder().set("child", selector.child).set("ike", selector.ike)
                .set("timeout", timeout < 0 ? -1 : 1_000 * timeout).build();
        return socket.open(client -> socket.judge("initiate",
                client.request("initiate", request, "control-log", line -> socket.printLog(line, json)), json));
    }
}
