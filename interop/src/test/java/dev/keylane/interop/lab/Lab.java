package dev.keylane.interop.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The machine's lab, {@code interop/lab}: built when it can be, then booted for one script at a time. */
public final class Lab {
    /** Whether scenarios can run here. */
    public sealed interface Availability {}

    /** The lab is built and current. */
    public record Ready() implements Availability {}

    /** No lab, and none can be built; {@code reason} is for the test report. */
    public record Missing(String reason) implements Availability {}

    /** How a boot ended: {@code exit} is the script's status, {@code console} all it printed. */
    record Boot(int exit, String console) {}

    private Lab() {}

    /** Builds the lab if it is not there: 5 to 20 minutes, with its progress on standard output. */
    public static synchronized Availability availability() {
        if (availability == null) {
            availability = prepare();
            System.out.println("lab: " + availability);
        }
        return availability;
    }

    /** The repository's root, which is {@code /host} in the guest. */
    public static Path repository() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.isExecutable(directory.resolve("interop/lab/run"))) {
            Path parent = directory.getParent();
            if (parent == null) {
                throw new IllegalStateException("no directory above the current one has interop/lab/run");
            }
            directory = parent;
        }
        return directory;
    }

    static Boot boot(Path script, Path out, boolean systemd, int cpus, Duration limit) {
        Path console = out.resolve("console.log");
        List<String> command = new ArrayList<>(List.of(tool("run"), "-c", Integer.toString(cpus),
                "-t", Long.toString(limit.toSeconds()), "-d", repository().toString(), "-o", out.toString()));
        if (systemd) {
            command.add("-s");
        }
        command.add(script.toString());
        int exit = run(command, console, limit.plusMinutes(30));
        return new Boot(exit, read(console));
    }

    private static Availability prepare() {
        if (run(List.of(tool("build"), "--check"), Path.of("/dev/null"), Duration.ofMinutes(1)) == 0) {
            return new Ready();
        }
        if (!"root".equals(System.getProperty("user.name"))) {
            return new Missing("no lab yet, and building it needs root: sudo interop/lab/build");
        }
        if (!Files.exists(Path.of("/etc/debian_version"))) {
            return new Missing("no lab, and it can be built on Debian and Ubuntu only");
        }
        boolean built = run(List.of(tool("build")), null, Duration.ofHours(1)) == 0;
        return built ? new Ready() : new Missing("interop/lab/build failed, see its output above");
    }

    private static String tool(String name) {
        return repository().resolve("interop/lab").resolve(name).toString();
    }

    /** Runs a command to its end; without a file for its output, that is printed line by line as it comes. */
    private static int run(List<String> command, @Nullable Path output, Duration limit) {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (output != null) {
            builder.redirectOutput(output.toFile());
        }
        try {
            Process process = builder.start();
            if (output == null) {
                process.inputReader().lines().forEach(System.out::println);
            }
            if (process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                return process.exitValue();
            }
            process.destroyForcibly();
            return TIMED_OUT;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return TIMED_OUT;
        }
    }

    static String read(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final int TIMED_OUT = 124;
    private static @Nullable Availability availability;
}
