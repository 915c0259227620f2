package dev.keylane.steering.xdp;

import dev.keylane.bpf.BpfMap;
import dev.keylane.linux.LinuxException;
import dev.keylane.linux.Mounts;
import dev.keylane.linux.NetNamespace;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.program.ProgramMaps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/** A pair of devices, kv0 and kv1, and a place to pin, for as long as one test. */
final class Workbench {
    private Workbench() {
    }

    /** Why there can be none; empty when there can. */
    static Optional<String> unavailable() {
        return NetNamespace.unavailable().or(() -> {
            try {
                BpfMap.create("keylane_probe", ProgramMaps.verdicts()).close();
                return Optional.empty();
            } catch (LinuxException refused) {
                return Optional.of(refused.getMessage());
            }
        });
    }

    static void run(Consumer<XdpSettings> test) {
        Path pins = temporary();
        LinuxException.check("mount bpf on " + pins, Mounts.mount("bpf", pins));
        try {
            NetNamespace.run(() -> {
                NetNamespace.ip("link add kv0 type veth peer name kv1", "link set kv0 up", "link set kv1 up");
                test.accept(XdpSettings.DEFAULT.withDirectory(pins.resolve("keylane")).withCapacity(64));
            });
        } finally {
            LinuxException.check("unmount " + pins, Mounts.unmount(pins));
            delete(pins);
        }
    }

    static <T> T done(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(T value) -> value;
            case Outcome.Rejected<T>(Rejection reason) -> throw new AssertionError(reason.text());
        };
    }

    static Rejection rejected(Outcome<?> outcome) {
        return switch (outcome) {
            case Outcome.Done<?> done -> throw new AssertionError("not rejected: " + done);
            case Outcome.Rejected<?>(Rejection reason) -> reason;
        };
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("keylane-bpf");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void delete(Path directory) {
        try {
            Files.delete(directory);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
