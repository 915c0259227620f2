package dev.keylane.daemon.http;

import static dev.keylane.daemon.http.Html.text;

import dev.keylane.daemon.control.Happening;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What happened last, in words. */
final class Events {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

    private Events() {
    }

    static String of(List<Happening> events) {
        if (events.isEmpty()) {
            return "<p class=\"empty\">Nothing has happened yet.</p>";
        }
        StringBuilder out = new StringBuilder("<ol class=\"events\">");
        for (Happening event : events.subList(0, Math.min(MOST, events.size()))) {
            out.append("<li class=\"").append(event.kind().isBad() ? "bad" : "").append("\"><time datetime=\"").append(event.at())
                    .append("\">").append(CLOCK.format(event.at())).append("</time><span>").append(text(sentence(event)))
                    .append("</span></li>");
        }
        return out.append("</ol>\n").toString();
    }

    private static String sentence(Happening event) {
        return switch (event.kind()) {
            case RELOADED -> "configuration: read again" + times(event);
            case RELOAD_FAILED -> "configuration: could not be read again" + times(event) + ": " + event.reason();
            case IKE_UP, IKE_REKEYED, IKE_DOWN, CHILD_UP, CHILD_DOWN, CHILD_FAILED -> ofSas(event);
        };
    }

    private static String times(Happening event) {
        return event.times() > 1 ? " (" + event.times() + " times)" : "";
    }

    private static String ofSas(Happening event) {
        String what = event.child().isEmpty() ? "IKE SA" : "Child SA " + event.child()
                + (event.cpus().isEmpty() ? "" : " on CPU" + (event.cpus().size() == 1 ? " " : "s ") + event.cpus());
        return event.connection() + ": " + what + " " + verb(event.kind()) + times(event)
                + (event.reason().isEmpty() ? "" : ": " + event.reason());
    }

    private static String verb(Happening.Kind kind) {
        return switch (kind) {
            case IKE_UP, CHILD_UP -> "up";
            case IKE_REKEYED -> "rekeyed";
            case IKE_DOWN, CHILD_DOWN -> "gone";
            case CHILD_FAILED -> "did not come up";
            case RELOADED, RELOAD_FAILED -> "";
        };
    }

    private static final int MOST = 30;
}
