package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Mark;
import dev.keylane.ike.policy.KernelOptions.Marks;
import java.util.Locale;

/**
 * Of a child of list-conn, what was configured and charon does not tell; for those alone who ask for it by
 * {@code details = yes}, so that all others get what charon's clients know. Keys are there when something is configured.
 */
final class ChildDetails {
    private ChildDetails() {
    }

    static void add(ViciMessage.Builder keys, ChildConfig child) {
        ChildActions actions = child.actions();
        if (actions.startTrap() || actions.startNow()) {
            keys.set("start-action", actions.startTrap() ? actions.startNow() ? "trap|start" : "trap" : "start");
        }
        if (child.kernel().offload() != HwOffload.NO) {
            keys.set("hw-offload", child.kernel().offload().name().toLowerCase(Locale.ROOT));
        }
        Marks marks = child.kernel().marks();
        mark(keys, "mark-in", marks.in());
        mark(keys, "mark-out", marks.out());
        mark(keys, "set-mark-in", marks.setIn());
        mark(keys, "set-mark-out", marks.setOut());
        interfaceId(keys, "if-id-in", marks.ifIdIn());
        interfaceId(keys, "if-id-out", marks.ifIdOut());
    }

    private static void mark(ViciMessage.Builder keys, String name, Mark mark) {
        if (mark.isSet()) {
            keys.set(name, "0x%08x".formatted(mark.value()) + (mark.mask() == EVERY_BIT ? "" : "/0x%08x".formatted(mark.mask())));
        }
    }

    private static void interfaceId(ViciMessage.Builder keys, String name, int id) {
        if (id != 0) {
            keys.set(name, Integer.toUnsignedString(id));
        }
    }

    private static final int EVERY_BIT = -1;
}
