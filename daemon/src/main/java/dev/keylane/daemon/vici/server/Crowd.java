package dev.keylane.daemon.vici.server;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The clients there are, those that have been silent longest first. There is a limit to them, and whoever comes when it is
 * reached takes the place of one that wants nothing, or, where more than half only listen to events, of one of these: many
 * that connect and say nothing keep nobody out. On the event loop.
 */
final class Crowd {
    private static final Logger LOG = LoggerFactory.getLogger("CFG");

    private final Set<ViciSession> bySilence = new LinkedHashSet<>();
    private final int most;

    Crowd(int most) {
        this.most = most;
    }

    /** Whether there is, or could be made, room for another one. */
    boolean admit(ViciSession session) {
        if (bySilence.size() >= most && !makeRoom()) {
            LOG.warn("control socket: closing a connection, there are {} already", most);
            return false;
        }
        bySilence.add(session);
        return true;
    }

    private boolean makeRoom() {
        Optional<ViciSession> idle = bySilence.stream().filter(ViciSession::isIdle).findFirst().or(this::listener);
        idle.ifPresent(session -> {
            LOG.warn("control socket: closing the connection that was silent longest, there are {} already", most);
            bySilence.remove(session);
            session.leave();
        });
        return idle.isPresent();
    }

    private Optional<ViciSession> listener() {
        return bySilence.stream().filter(ViciSession::isListening).count() > most / 2
                ? bySilence.stream().filter(ViciSession::isListening).findFirst() : Optional.empty();
    }

    void heard(ViciSession session) {
        if (bySilence.remove(session)) {
            bySilence.add(session);
        }
    }

    void gone(ViciSession session) {
        bySilence.remove(session);
    }
}
