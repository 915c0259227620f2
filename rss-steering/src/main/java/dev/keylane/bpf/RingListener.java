package dev.keylane.bpf;

import dev.keylane.linux.ReadyThread;
import java.util.function.Consumer;

/** Reads a ring buffer on a thread of its own, which sleeps while there is nothing. */
public final class RingListener implements AutoCloseable {
    private final ReadyThread thread;

    /**
     * @param ring closed by us
     * @param sink called on the listener's thread, one call at a time
     */
    public RingListener(String name, RingBuffer ring, Consumer<byte[]> sink) {
        this.thread = new ReadyThread(name, ring.fd(),
                () -> ring.drain(record -> ReadyThread.deliver(() -> sink.accept(record))), ring::close);
    }

    /** Whether anything will be heard of yet. */
    public boolean isListening() {
        return thread.isAlive();
    }

    /** Ends the thread and waits for its end. */
    @Override
    public void close() {
        thread.close();
    }
}
