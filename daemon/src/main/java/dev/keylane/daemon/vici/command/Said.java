package dev.keylane.daemon.vici.command;

import dev.keylane.daemon.control.SaSelector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the log says of a request, charon's words. Names come from outside: what cannot be printed is left out. */
final class Said {
    private Said() {
    }

    static List<String> selecting(String verb, SaSelector selector) {
        List<String> lines = new ArrayList<>();
        if (selector.ikeId() != null) {
            lines.add("vici " + verb + " IKE_SA #" + selector.ikeId());
        }
        if (selector.childId() != null) {
            lines.add("vici " + verb + " CHILD_SA #" + selector.childId());
        }
        if (selector.ike() != null) {
            lines.add("vici " + verb + " IKE_SA " + quoted(selector.ike()));
        }
        if (selector.child() != null) {
            lines.add("vici " + verb + " CHILD_SA " + quoted(selector.child()));
        }
        return lines;
    }

    static String initiating(@Nullable String child, @Nullable String ike) {
        return child != null ? "vici initiate CHILD_SA " + quoted(child) : "vici initiate IKE_SA " + quoted(ike == null ? "" : ike);
    }

    static String quoted(String name) {
        String printable = name.replaceAll("\\p{Cntrl}", "?");
        return "'" + printable.substring(0, Math.min(MAX, printable.length())) + "'";
    }

    private static final int MAX = 255;
}
