package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keylane terminate}: closes SAs and shows the log while that goes on. */
@Command(name = "terminate", mixinStandardHelpOptions = true,
        description = "Close SAs; exit code 1 when there are none or not all could be closed.")
final class TerminateCommand implements Callable<Integer> {
    /** What to close; several narrow the choice. */
    static final class Selector {
        @Option(names = "--child", paramLabel = "NAME", description = "Child SAs of this name.")
        private @Nullable String child;

        @Option(names = "--ike", paramLabel = "NAME", description = "IKE SAs of this connection, or their children.")
        private @Nullable String ike;

        @Option(names = "--child-id", paramLabel = "N", description = "The Child SA of this number.")
        private @Nullable Long childId;

        @Option(names = "--ike-id", paramLabel = "N", description = "The IKE SA of this number, or its children.")
        private @Nullable Long ikeId;
    }

    @ArgGroup(exclusive = false, multiplicity = "1")
    private Selector selector = new Selector();

    @Option(names = "--force", description = "Do not wait for the peer's answer.")
    private boolean force;

    @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "0",
            description = "Give up waiting after so long; 0 waits for the outcome, -1 does not wait (default: 0).")
    private long timeout;

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        ViciMessage request = new RequestBuilder().set("child", selector.child).set("ike", selector.ike)
                .set("child-id", selector.childId).set("ike-id", selector.ikeId)
                .set("force", force ? "yes" : null).set("timeout", timeout < 0 ? -1 : 1_000 * timeout).build();
        return socket.open(client -> socket.judge("terminate",
                client.request("terminate", request, "control-log", socket::printLog)));
    }
}
