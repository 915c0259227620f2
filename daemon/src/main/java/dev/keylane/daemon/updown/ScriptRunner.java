package dev.keylane.daemon.updown;

import dev.keylane.linux.LinuxException;
import dev.keylane.linux.Pipe;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs commands in the shell: as many at a time as there are lines, those of one child one after the other. One that takes too
 * long is killed with all it has started; when too many wait, a call is left out, and the log says so.
 */
public final class ScriptRunner implements AutoCloseable {
    private final Log log;
    private final Duration limit;
    private final List<ThreadPoolExecutor> lines = new ArrayList<>();

    /** Takes a line for the log, on any thread. */
    @FunctionalInterface
    public interface Log {
        void line(long ikeSa, String connection, String text);
    }

    public ScriptRunner(Log log) {
        this(log, LIMIT, LINES, WAITING);
    }

    ScriptRunner(Log log, Duration limit, int atATime, int waiting) {
        this.log = log;
        this.limit = limit;
        for (int i = 0; i < atATime; i++) {
            ThreadPoolExecutor line = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting),
                    Thread.ofPlatform().daemon().name("keylane-updown-" + i).factory());
            line.allowCoreThreadTimeOut(true);
            lines.add(line);
        }
    }

    void run(ScriptRun call) {
        int line = Math.floorMod(31 * call.connection().hashCode() + call.child().hashCode(), lines.size());
        try {
            lines.get(line).execute(() -> runNow(call));
        } catch (RejectedExecutionException full) {
            say(call, "left out, too many wait");
        }
    }

    private void runNow(ScriptRun call) {
        ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", call.command()).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        builder.environment().clear();
        builder.environment().putAll(call.environment());
        // Of a pipe of its own, Java reads all that is in it when the process ends: without end, if something goes on printing.
        try (Pipe pipe = Pipe.open()) {
            Process process = builder.redirectOutput(pipe.writingEnd()).start();
            pipe.closeWritingEnd();
            follow(call, process, pipe, new Output(line -> log.line(call.ikeSa(), call.connection(), "updown: " + line)));
        } catch (IOException | LinuxException failed) {
            say(call, "could not be run: " + failed.getMessage());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Never waits for output: what the command has left running may keep the pipe open for ever. */
    private void follow(ScriptRun call, Process process, Pipe pipe, Output output) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        try {
            ByteBuffer buffer = BUFFER.get();
            boolean ended = false;
            while (!ended && System.nanoTime() < end) {
                ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                take(pipe, buffer.clear(), output);
            }
            output.end();
            if (!ended) {
                say(call, "killed after " + limit.toSeconds() + " s");
            } else if (process.exitValue() != 0) {
                say(call, "ended with " + process.exitValue());
            }
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }

    /** No more than this at a time: one that prints without end must not keep us from looking at the clock. */
    private static void take(Pipe pipe, ByteBuffer buffer, Output output) {
        while (buffer.hasRemaining() && pipe.read(buffer) > 0) {
            // There may be more.
        }
        byte[] taken = new byte[buffer.flip().remaining()];
        buffer.get(taken);
        output.take(taken);
    }

    private void say(ScriptRun call, String what) {
        log.line(call.ikeSa(), call.connection(), "updown script of '" + call.child() + "' for " + call.verb() + ": " + what);
    }

    /** Lets what was asked for end, for a moment. */
    @Override
    public void close() {
        lines.forEach(ThreadPoolExecutor::shutdown);
        long end = System.nanoTime() + CLOSING.toNanos();
        try {
            for (ThreadPoolExecutor line : lines) {
                if (!line.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    line.shutdownNow();
                }
            }
        } catch (InterruptedException stopping) {
            lines.forEach(ThreadPoolExecutor::shutdownNow);
            Thread.currentThread().interrupt();
        }
    }

    /** What a command prints, in lines; a hundred of them, and the first of each are enough. */
    private static final class Output {
        private final java.util.function.Consumer<String> log;
        private final StringBuilder line = new StringBuilder();
        private int lines;

        Output(java.util.function.Consumer<String> log) {
            this.log = log;
        }

        void take(byte[] octets) {
            new String(octets, StandardCharsets.UTF_8).chars().forEach(c -> {
                if (c == '\n') {
                    end();
                } else if (line.length() < MOST_COLUMNS) {
                    line.append(Character.isISOControl(c) ? ' ' : (char) c);
                }
            });
        }

        void end() {
            if (!line.isEmpty() && lines++ < MOST_LINES) {
                log.accept(line.toString());
            }
            line.setLength(0);
        }

        private static final int MOST_LINES = 100;
        private static final int MOST_COLUMNS = 500;
    }

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration CLOSING = Duration.ofSeconds(3);
    private static final int LINES = 8;
    private static final int WAITING = 2000;
    private static final int LOOK_MILLIS = 10;
    /** What a pipe holds. */
    private static final int CHUNK = 64 << 10;
    private static final ThreadLocal<ByteBuffer> BUFFER = ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(CHUNK));
}
