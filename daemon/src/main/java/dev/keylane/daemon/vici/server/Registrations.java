package dev.keylane.daemon.vici.server;

import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.vici.ViciPacket;
import dev.keylane.daemon.vici.ViciWriter;
import dev.keylane.daemon.vici.view.EventMessages;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who wants which events, and the way of an event from the daemon's thread to them. Sessions are looked after on the
 * event loop; the daemon's thread only asks whether anybody listens, and never waits.
 */
final class Registrations {
    private static final Logger LOG = LoggerFactory.getLogger("CFG");

    private final EventExecutor loop;
    private final InstantSource clock;
    private final Map<String, Set<ViciSession>> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger underWay = new AtomicInteger();

    Registrations(EventExecutor loop, InstantSource clock) {
        this.loop = loop;
        this.clock = clock;
    }

    void add(String event, ViciSession session) {
        sessions.computeIfAbsent(event, absent -> new LinkedHashSet<>()).add(session);
    }

    void remove(String event, ViciSession session) {
        sessions.computeIfPresent(event, (name, all) -> {
            all.remove(session);
            return all.isEmpty() ? null : all;
        });
    }

    /** Called on the daemon's thread. Log lines at level 2 and above are for those alone who asked for a request's. */
    void publish(ControlEvent event) {
        if (event instanceof ControlEvent.LogLine line && line.level() > 1
                || !sessions.containsKey(EventMessages.name(event))) {
            return;
        }
        if (underWay.incrementAndGet() > MAX_UNDER_WAY) {
            underWay.decrementAndGet();
            LOG.debug("control socket: an event was left out, too many are under way");
            return;
        }
        loop.execute(() -> {
            underWay.decrementAndGet();
            deliver(event);
        });
    }

    private void deliver(ControlEvent event) {
        String name = EventMessages.name(event);
        List<ViciSession> listeners = List.copyOf(sessions.getOrDefault(name, Set.of()));
        if (!listeners.isEmpty()) {
            ViciWriter.segment(ViciPacket.event(name, EventMessages.of(event, clock.instant())))
                    .ifPresent(segment -> listeners.forEach(session -> session.push(segment)));
        }
    }

    private static final int MAX_UNDER_WAY = 10_000;
}
