package dev.keylane.ike.endpoint;

import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sim.Host;
import java.io.PrintStream;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Tells a walk as it goes.
 *
 * @param out null when nobody wants to read it
 */
record WalkTrace(@Nullable PrintStream out) {
    static final WalkTrace SILENT = new WalkTrace(null);

    void say(String text, Object... arguments) {
        if (out != null) {
            out.println(text.formatted(arguments));
        }
    }

    void follow(Host host, String name) {
        if (out != null) {
            host.witness = (now, effect) -> tell(now, name, effect);
        }
    }

    private void tell(Instant now, String name, Effect effect) {
        switch (effect) {
            case Effect.Note note -> say("  %s %s %s, IKE SA %s: %s", now, name, note.group(), note.ikeSa(),
                    note.message());
            case Effect.Dropped dropped -> say("  %s %s dropped a datagram: %s", now, name, dropped.reason());
            case Effect.InstallChild install -> say("  %s %s installs child %s%s", now, name, install.child().id(),
                    install.inboundFirst() ? ", inbound first" : "");
            case Effect.CompleteChild complete -> say("  %s %s completes child %s", now, name, complete.child().id());
            case Effect.StopSending old -> say("  %s %s stops sending on child %s", now, name, old.child().id());
            case Effect.RemoveChild remove -> say("  %s %s removes child %s", now, name, remove.child().id());
            case Effect.RequestDone done -> say("  %s %s request %s: %s", now, name, done.request(),
                    done.failure() == null ? "done" : done.failure());
            default -> {
            }
        }
    }
}
