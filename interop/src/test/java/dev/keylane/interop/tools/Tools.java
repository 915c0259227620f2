package dev.keylane.interop.tools;

import dev.keylane.interop.lab.Lab;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs of the tools' root. */
public final class Tools {
    private Tools() {
    }

    /** @param output standard output and standard error */
    public record Run(int exit, String output) {
    }

    static Path directory() {
        return Lab.repository().resolve("interop/tools");
    }

    /** A program of the root, to its end; it sees the host's /tmp and /run, and the repository. */
    public static Run run(String... command) {
        List<String> all = new ArrayList<>(List.of(directory().resolve("run").toString(), "--bind", Lab.repository().toString()));
        all.addAll(List.of(command));
        return execute(Duration.ofMinutes(2), all);
    }

    static Run execute(Duration limit, List<String> command) {
        try {
            Path output = Files.createTempFile("tools", ".out");
            Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
            Files.delete(output);
            return new Run(process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
