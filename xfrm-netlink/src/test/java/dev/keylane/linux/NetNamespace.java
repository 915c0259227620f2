package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

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

    /** Runs {@code ip -batch} with these lines in the calling thread's namespace. */
    public static void ip(String... lines) {
        try {
            Process process = new ProcessBuilder("ip", "-batch", "-").redirectErrorStream(true).start();
            process.getOutputStream().write(String.join("\n", lines).concat("\n").getBytes());
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException("ip: " + said);
            }
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException("ip: " + failed.getMessage(), failed);
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
