package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code keylane rekey}: has SAs replaced by new ones, without waiting for it. */
@Command(name = "rekey", mixinStandardHelpOptions = true,
        description = "Have SAs replaced by new ones, traffic going on; exit code 1 when there are none.")
final class RekeyCommand implements Callable<Integer> {
    @ArgGroup(exclusive = false, multiplicity = "1")
    private SaChoice choice = new SaChoice();

    @Mixin
    private JsonLines json = new JsonLines();

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        ViciMessage request = choice.request().build();
        return socket.open(client -> socket.judge("rekey", client.request("rekey", request), json));
    }
}
