package dev.keylane.xfrm.software;

import dev.keylane.xfrm.XfrmEvent;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Tells events on a thread of its own, one at a time. What nobody takes away in time is lost, and that is told. */
final class EventPump implements AutoCloseable {
    private final LinkedBlockingQueue<XfrmEvent> events;
    private final AtomicBoolean overrun = new AtomicBoolean();
    private final Thread thread;
    private volatile @Nullable Consumer<XfrmEvent> listener;
    private volatile boolean closed;

    EventPump(int capacity) {
        events = new LinkedBlockingQueue<>(capacity);
        thread = Thread.ofPlatform().daemon().name("software-xfrm-events").start(this::run);
    }

    boolean isHeard() {
        return listener != null;
    }

    void listen(Consumer<XfrmEvent> heardBy) {
        listener = heardBy;
    }

    void raise(XfrmEvent event) {
        if (isHeard() && !events.offer(event)) {
            overrun.set(true);
        }
    }

    private void run() {
        while (!closed) {
            try {
                XfrmEvent event = events.take();
                if (overrun.getAndSet(false)) {
                    tell(new XfrmEvent.Overrun());
                }
                tell(event);
            } catch (InterruptedException stop) {
                return;
            } catch (RuntimeException listenersBug) {
                thread.getUncaughtExceptionHandler().uncaughtException(thread, listenersBug);
            }
        }
    }

    private void tell(XfrmEvent event) {
        Consumer<XfrmEvent> heardBy = listener;
        if (heardBy != null) {
            heardBy.accept(event);
        }
    }

    @Override
    public void close() {
        closed = true;
        listener = null;
        thread.interrupt();
    }
}
