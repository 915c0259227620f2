package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.Control;
import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.view.EventMessages;
import java.util.Set;

/** Tells an asker, line by line, what is logged about the connections that its request touches. */
final class ControlLog {
    private ControlLog() {
    }

    /** Until the subscription is closed; the request's {@code loglevel} says how much, 1 by default. */
    static Control.Subscription forward(Control control, Asker asker, Set<String> connections, ViciMessage request) {
        long level = Selection.number(request, "loglevel").orElse(1L);
        return control.subscribe(event -> {
            if (event instanceof ControlEvent.LogLine line && line.level() <= level
                    && connections.contains(line.ikeName())) {
                asker.tell("control-log", EventMessages.controlLog(line));
            }
        });
    }
}
