package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code keylane list-sas}: IKE SAs and their children, for people or (see {@link SaJson}) for programs. */
@Command(name = "list-sas", mixinStandardHelpOptions = true, description = "Show IKE SAs and their Child SAs.")
final class ListSasCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print a JSON array of IKE SAs.")
    private boolean json;

    @Option(names = "--ike", paramLabel = "NAME", description = "Only SAs of this connection.")
    private @Nullable String ike;

    @Option(names = "--child", paramLabel = "NAME", description = "Only Child SAs of this name.")
    private @Nullable String child;

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        ViciMessage request = new RequestBuilder().set("ike", ike).set("child", child).build();
        return socket.open(client -> {
            List<ViciMessage> events = new ArrayList<>();
            ViciMessage response = client.request("list-sas", request, "list-sa", events::add);
            List<ViciMessage.Section> sas = IkeSaParts.merged(events);
            if (json) {
                socket.print(Json.print(sas.stream().map(SaJson::ike).toList()));
            } else {
                sas.forEach(sa -> SaText.lines(sa).forEach(socket::print));
            }
            return socket.end(response);
        });
    }
}
