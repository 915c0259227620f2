package dev.keylane.cli;

import dev.keylane.daemon.control.FakeControl;
import dev.keylane.daemon.vici.server.ServerFixture;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where commands are given to a daemon on a real socket, with a {@link FakeControl} behind it, and what they print. */
final class DaemonTerminal implements AutoCloseable {
    final StringWriter out = new StringWriter();
    final StringWriter err = new StringWriter();
    private final ServerFixture server;

    DaemonTerminal(Path directory) throws IOException {
        server = new ServerFixture(directory);
    }

    FakeControl daemon() {
        return server.control;
    }

    Path socket() {
        return server.path;
    }

    /** The exit code; what the command before has printed is gone. */
    int run(String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        String[] all = Stream.concat(Stream.of(arguments), Stream.of("--control", server.path.toString())).toArray(String[]::new);
        return Keylane.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(all);
    }

    @Override
    public void close() {
        server.close();
    }
}
