package dev.keylane.daemon.vici.server;

import dev.keylane.daemon.config.ConnectionReader;
import dev.keylane.daemon.control.FakeControl;
import dev.keylane.daemon.control.Samples;
import dev.keylane.daemon.vici.client.ViciClient;
import dev.keylane.daemon.vici.command.CommandTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** A server on a real socket in front of a {@link FakeControl}. */
public final class ServerFixture implements AutoCloseable {
    public final FakeControl control = new FakeControl();
    public final Path path;
    private final ViciServer server;

    ServerFixture(Path directory, String group) throws IOException {
        this(directory, new ViciServer.Transport(DomainSockets.best(), Optional.of(group), Duration.ofSeconds(10)));
    }

    public ServerFixture(Path directory) throws IOException {
        this(directory, new ViciServer.Transport(DomainSockets.best(), Optional.empty(), Duration.ofSeconds(10)));
    }

    ServerFixture(Path directory, ViciServer.Transport transport) throws IOException {
        path = directory.resolve("keylane.vici");
        InstantSource clock = InstantSource.fixed(Samples.NOW);
        CommandTable commands = new CommandTable(control, new ConnectionReader(name -> List.of(), 32), 500,
                "1.2.3", clock);
        // The daemon does so before anything else is there.
        ViciServer.makeRoom(path, transport.admitted());
        server = ViciServer.listen(path, control, commands, clock, transport);
    }

    public ViciClient client() throws IOException {
        return ViciClient.connect(path);
    }

    @Override
    public void close() {
        server.close();
    }
}
