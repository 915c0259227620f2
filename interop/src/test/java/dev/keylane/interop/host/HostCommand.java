package dev.keylane.interop.host;

import dev.keylane.interop.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Programs of this tree, started from its top. */
public final class HostCommand {
    /** Status, and what it printed to both. */
    public record Result(int exit, String output) {}

    private HostCommand() {
    }

    /** Waits for its end, or ends it after {@code limit} with status 124. */
    public static Result run(Duration limit, String... command) {
        try {
            Path output = Files.createTempFile("keylane", ".out");
            try {
                return new Result(exit(limit, List.of(command), output), Files.readString(output));
            } finally {
                Files.delete(output);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int exit(Duration limit, List<String> command, Path output) throws IOException {
        Process process = new ProcessBuilder(command).directory(Lab.repository().toFile()).redirectErrorStream(true)
                .redirectOutput(output.toFile()).start();
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return TIMED_OUT;
    }

    private static final int TIMED_OUT = 124;
}
