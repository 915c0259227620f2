package dev.keylane.doctor;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Other programs. */
@FunctionalInterface
public interface Commands {
    /** What a program wrote; empty when there is no such program, or it failed, or took too long. */
    Optional<String> run(List<String> words);

    /** Those of this system. */
    Commands LINUX = words -> {
        try {
            Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            var written = CompletableFuture.supplyAsync(() -> process.inputReader().lines().limit(100).toList());
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            return process.exitValue() == 0 ? Optional.of(String.join("\n", written.join())) : Optional.empty();
        } catch (IOException absent) {
            return Optional.empty();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    };
}
