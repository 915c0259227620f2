package dev.keylane.daemon.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Programs of the tools' root, {@code interop/tools}. */
public final class Tools {
    private static final Path RUN = Path.of("../interop/tools/run").toAbsolutePath().normalize();

    private Tools() {
    }

    /** What a program said. */
    public record Outcome(int code, String text) {
    }

    /** Ends the test where there is no such root; {@code -Dtools=required} does not accept that. */
    public static void needed() throws IOException {
        boolean there = run("", "true").code() == 0;
        if (!there && "required".equals(System.getProperty("tools"))) {
            throw new IllegalStateException("the tools' root is missing: interop/tools/build");
        }
        Assumptions.assumeTrue(there, "tools: needs interop/tools/build, as root");
    }

    public static Process start(Path log, String... command) throws IOException {
        return builder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    public static Outcome run(String input, String... command) throws IOException {
        Path said = Files.createTempFile("tool", ".txt");
        try {
            Process process = builder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
            try (var out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException ended) {
                // it did not want all of it
            }
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return new Outcome(process.waitFor(), Files.readString(said));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        } finally {
            Files.delete(said);
        }
    }

    private static ProcessBuilder builder(String... command) {
        List<String> all = new ArrayList<>(List.of("bash", RUN.toString()));
        all.addAll(List.of(command));
        return new ProcessBuilder(all);
    }
}
