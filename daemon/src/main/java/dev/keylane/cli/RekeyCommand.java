package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keylane rekey}: has SAs replaced by new ones, without waiting for it. */
@Command(name = "rekey", mixinStandardHelpOptions = true,
        description = "Have SAs replaced by new ones, traffic going on; exit code 1 when there are none.")
final class RekeyCommand implements Callable<Integer> {
    /** What to rekey; several narrow the choice. */
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

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        ViciMessage request = new RequestBuilder().set("child", selector.child).set("ike", selector.ike)
                .set("child-id", selector.childId).set("ike-id", selector.ikeId).build();
        return socket.open(client -> socket.judge("rekey", client.request("rekey", request)));
    }
}
