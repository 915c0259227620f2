package dev.keylane.xfrm.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The sysctl net.core.xfrm_acq_expires: how long an acquire waits for its state; 30 s unless somebody changed it. It
 * belongs to the network namespace of the calling thread.
 */
public final class AcquireExpiry {
    private static final Path FILE = Path.of("/proc/sys/net/core/xfrm_acq_expires");

    private AcquireExpiry() {
    }

    public static Duration get() throws IOException {
        String text = text();
        try {
            return Duration.ofSeconds(Long.parseLong(text));
        } catch (NumberFormatException odd) {
            throw new IOException(FILE + ": not a number of seconds: " + text, odd);
        }
    }

    /** A sysctl must be taken with one read: it is at its end for the second, however short the first was. */
    private static String text() throws IOException {
        byte[] buffer = new byte[32];
        try (InputStream in = Files.newInputStream(FILE)) {
            int length = Math.max(0, in.read(buffer));
            return new String(buffer, 0, length, StandardCharsets.US_ASCII).strip();
        }
    }

    /** Whole seconds, at least one; it holds for later acquires. */
    public static void set(Duration time) throws IOException {
        Files.writeString(FILE, Long.toString(Math.max(1, time.toSeconds())));
    }
}
