package dev.keylane.linux;

import java.util.concurrent.atomic.AtomicBoolean;

/** An open file descriptor; closing it twice is harmless. */
public final class Fd implements AutoCloseable {
    private final int number;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Fd(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }

    @Override
    public void close() {
        if (open.compareAndSet(true, false)) {
            Descriptors.close(number);
        }
    }

    @Override
    public String toString() {
        return "fd " + number;
    }
}
