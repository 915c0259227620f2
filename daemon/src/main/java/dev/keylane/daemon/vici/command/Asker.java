package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.vici.ViciMessage;

/** The connection a request came from. */
public interface Asker {
    /** Sends an event, if the asker has registered for it, before the answer. May be called from any thread. */
    void tell(String event, ViciMessage message);

    /**
     * Has this run when the asker goes away before it is answered, or has done so. May be called from any thread.
     * Nothing happens for one who cannot go away.
     */
    default void whenGone(Runnable giveUp) {
    }
}
