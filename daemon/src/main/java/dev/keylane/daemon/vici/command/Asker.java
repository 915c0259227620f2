package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.vici.ViciMessage;

/** The connection a request came from. */
public interface Asker {
    /** Sends an event, if the asker has registered for it, before the answer. May be called from any thread. */
    void tell(String event, ViciMessage message);
}
