package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/** A fresh network namespace that lives as long as one call; what is done in it does not touch the machine. */
public final class NetNamespace {
    private static final MethodHandle UNSHARE = Libc.function("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final int CLONE_NEWNET = 0x40000000;

    private NetNamespace() {
    }

    /** Why there can be none; empty when there can. */
    public static Optional<String> unavailable() {
        AtomicReference<Optional<String>> reason = new AtomicReference<>(Optional.empty());
        inThread(() -> {
            int error = unshare();
            if (error < 0) {
                reason.set(Optional.of("unshare(CLONE_NEWNET): " + Errno.name(-error)));
            }
        });
        return reason.get();
    }

    /** Runs on a thread of its own; sockets, processes and threads that it opens are in the namespace. */
    public static void run(Runnable work) {
        inThread(() -> {
            LinuxException.check("unshare", unshare());
            work.run();
        });
    }

    /**
     * Makes a pair of devices, both up, in the namespace of the call; what is sent to the neighbour by the first one
     * comes out of the other.
     *
     * @param address of the first device, with its prefix
     */
    public static void pair(String device, String other, String address, String neighbour) {
        ip("link add " + device + " type veth peer name " + other, "link set " + device + " up",
                "link set " + other + " up", "addr add " + address + " dev " + device,
                "neigh replace " + neighbour + " lladdr 02:00:00:00:00:02 dev " + device + " nud permanent");
    }

    /**
     * Runs {@code work} in a second namespace while the calling thread waits in its own.
     *
     * @param connect called in the caller's namespace, before the work, with a number that {@code ip link set LINK
     *                netns} takes for the second one
     */
    public static void runBeside(LongConsumer connect, Runnable work) {
        CompletableFuture<Long> unshared = new CompletableFuture<>();
        CompletableFuture<Void> connected = new CompletableFuture<>();
        Thread.ofPlatform().name("netns-connect").start(() -> {
            connect.accept(unshared.join());
            connected.complete(null);
        });
        run(() -> {
            unshared.complete(threadId());
            connected.orTimeout(10, TimeUnit.SECONDS).join();
            work.run();
        });
    }

    private static long threadId() {
        try {
            return Long.parseLong(Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName().toString());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Runs {@code ip -batch} with these lines in the calling thread's namespace. */
    public static void ip(String... lines) {
        start(String.join("\n", lines) + "\n", "ip", "-batch", "-");
    }

    /** What {@code ip} says to these arguments, parted by blanks. */
    public static String ipOutput(String arguments) {
        return start("", ("ip " + arguments).split(" "));
    }

    private static String start(String input, String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().write(input.getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + said);
            }
            return said;
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(command[0] + ": " + failed.getMessage(), failed);
        }
    }

    private static int unshare() {
        MemorySegment state = Libc.state();
        try {
            long result = (int) UNSHARE.invokeExact(state, CLONE_NEWNET);
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    private static void inThread(Runnable work) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread = Thread.ofPlatform().name("netns").start(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error thrown) {
                failure.set(thrown);
            }
        });
        try {
            thread.join();
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
        switch (failure.get()) {
            case null -> { }
            case RuntimeException thrown -> throw thrown;
            case Error thrown -> throw thrown;
            case Throwable other -> throw new AssertionError(other);
        }
    }
}
