package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.ControlEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who listens to {@link ControlEvent}s. Subscribing is for any thread, publishing for the shard's. */
final class Subscribers {
    private final List<Consumer<ControlEvent>> listeners = new CopyOnWriteArrayList<>();

    Control.Subscription add(Consumer<ControlEvent> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    boolean isEmpty() {
        return listeners.isEmpty();
    }

    void publish(ControlEvent event) {
        for (Consumer<ControlEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException bug) {
                LOG.error("a subscriber failed", bug);
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
