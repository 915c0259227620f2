package dev.keylane.cli;

import dev.keylane.daemon.config.ConfigMistake;
import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.config.Section;
import dev.keylane.daemon.config.SettingsReader;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.client.ViciClient;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.wire.Octets;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code keylane load}: makes a running daemon's configuration that of these files, as swanctl --load-all does. */
@Command(name = "load", mixinStandardHelpOptions = true,
        description = "Load connections and secrets into the daemon, and unload those that are not in the files.")
final class LoadCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "FILE", description = "A file in swanctl.conf's syntax.")
    private List<Path> files = new ArrayList<>();

    @Mixin
    private JsonLines json = new JsonLines();

    @Mixin
    private ControlSocket socket = new ControlSocket();

    @Override
    public Integer call() {
        Loaded loaded = Configuration.load(files);
        if (!loaded.isGood()) {
            loaded.mistakes().stream().map(ConfigMistake::toString).forEach(socket::fail);
            return 1;
        }
        Section root = SettingsReader.read(files).root();
        loaded.notes().forEach(note -> socket.warn(note.toString()));
        Configuration.forTheStart(root).ifPresent(origin ->
                socket.warn(origin + ": settings of the daemon itself are read when it starts, restart it if they have changed"));
        List<Section> connections = inside(root, "connections");
        return socket.open(client -> {
            boolean good = load(client, loaded.book().sharedKeys(), inside(root, "secrets"));
            for (Section connection : connections) {
                good &= ask(client, new Thing("connection", connection.name()), "load", "load-conn",
                        ViciMessage.builder().section(connection.name(), SectionMessage.of(connection)).build());
            }
            good &= unload(client, "get-conns", "conns", "unload-conn", "name",
                    connections.stream().map(Section::name).collect(Collectors.toSet()));
            good &= unload(client, "get-shared", "keys", "unload-shared", "id",
                    loaded.book().sharedKeys().stream().map(SharedKey::id).collect(Collectors.toSet()));
            return json.isWanted() ? socket.judge("load", outcome(good), json) : good ? 0 : 1;
        });
    }

    private static List<Section> inside(Section root, String name) {
        return root.section(name).map(section -> List.copyOf(section.sections().values())).orElse(List.of());
    }

    private boolean load(ViciClient client, List<SharedKey> keys, List<Section> sections) throws IOException {
        boolean good = true;
        for (SharedKey key : keys) {
            good &= ask(client, new Thing("secret", key.id()), "load", "load-shared", ViciMessage.builder()
                    .set("id", key.id()).set("type", "ike").set("data", Octets.copyOf(key.secret().borrow()))
                    .list("owners", owners(key.id(), sections)).build());
        }
        return good;
    }

    /** As they were written: an identity's printed form need not be one that can be read again. */
    private static List<String> owners(String key, List<Section> sections) {
        return sections.stream().filter(section -> section.name().equals(key))
                .flatMap(section -> section.settings().entrySet().stream())
                .filter(setting -> setting.getKey().startsWith("id"))
                .flatMap(setting -> setting.getValue().items().stream()).toList();
    }

    private boolean unload(ViciClient client, String get, String list, String unload, String key, Set<String> kept)
            throws IOException {
        boolean good = true;
        for (String name : client.request(get, ViciMessage.EMPTY).list(list)) {
            good &= kept.contains(name) || ask(client, new Thing(list.equals("conns") ? "connection" : "secret", name), "unload", unload,
                    ViciMessage.builder().set(key, name).build());
        }
        return good;
    }

    private record Thing(String kind, String name) {
        @Override
        public String toString() {
            return kind + " '" + name + "'";
        }
    }

    private boolean ask(ViciClient client, Thing thing, String verb, String command, ViciMessage message)
            throws IOException {
        ViciMessage response = client.request(command, message);
        boolean good = response.text("success").filter("yes"::equals).isPresent();
        String reason = response.text("errmsg").orElse("no reason given");
        if (json.isWanted()) {
            socket.print(JsonLines.loaded(verb, thing.kind(), thing.name(), good ? null : reason));
        } else if (good) {
            socket.print(verb + "ed " + thing);
        } else {
            socket.fail(verb + "ing " + thing + " failed: " + reason);
        }
        return good;
    }

    private static ViciMessage outcome(boolean good) {
        return good ? ViciMessage.builder().set("success", "yes").build()
                : ViciMessage.builder().set("success", "no").set("errmsg", "not everything could be loaded").build();
    }
}
