package dev.keylane.daemon.vici.view;

import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.sa.Alert;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of events that come unasked. */
public final class EventMessages {
    private EventMessages() {
    }

    /** The event's name. */
    public static String name(ControlEvent event) {
        return switch (event) {
            case ControlEvent.LogLine _ -> "log";
            case ControlEvent.IkeUpDown _ -> "ike-updown";
            case ControlEvent.IkeRekeyed _ -> "ike-rekey";
            case ControlEvent.IkeMoved _ -> "ike-update";
            case ControlEvent.ChildUpDown _ -> "child-updown";
            case ControlEvent.ChildRekeyed _ -> "child-rekey";
            case ControlEvent.Alerted _ -> "alert";
        };
    }

    public static ViciMessage of(ControlEvent event, Instant now) {
        return switch (event) {
            case ControlEvent.LogLine line -> context(
                    ViciMessage.builder().set("group", line.group()).set("level", line.level()).set("thread", 0), line);
            case ControlEvent.IkeUpDown(var sa, boolean up) ->
                    ViciMessage.builder().flag("up", up).addAll(IkeSection.alone(sa, now)).build();
            case ControlEvent.IkeRekeyed(var old, var fresh) -> IkeSection.rekeyed(old, fresh, now);
            case ControlEvent.ChildUpDown(var sa, var child, boolean up) -> ViciMessage.builder().flag("up", up)
                    .addAll(IkeSection.withChildren(sa, List.of(child), now)).build();
            case ControlEvent.ChildRekeyed(var sa, var old, var fresh) -> IkeSection.childRekeyed(sa, old, fresh, now);
            case ControlEvent.IkeMoved(var sa, Path path) -> ViciMessage.builder()
                    .set("local-host", path.local().address()).set("local-port", path.local().port())
                    .set("remote-host", path.remote().address()).set("remote-port", path.remote().port())
                    .addAll(IkeSection.alone(sa, now)).build();
            case ControlEvent.Alerted(var alert, var sa) -> alert(alert, sa, now);
        };
    }

    private static ViciMessage alert(Alert alert, @Nullable IkeSnapshot sa, Instant now) {
        ViciMessage.Builder keys = ViciMessage.builder().set("type", alert.label());
        if (sa != null) {
            keys.section("ike-sa", IkeSection.alone(sa, now));
        }
        return keys.build();
    }

    /** What an {@code initiate} or {@code terminate} tells its asker on the way. */
    public static ViciMessage controlLog(ControlEvent.LogLine line) {
        return context(ViciMessage.builder().set("group", line.group()).set("level", line.level()), line);
    }

    private static ViciMessage context(ViciMessage.Builder keys, ControlEvent.LogLine line) {
        if (line.ikeId() != 0) {
            keys.set("ikesa-name", line.ikeName()).set("ikesa-uniqueid", line.ikeId());
        }
        return keys.set("msg", shortened(line.message())).build();
    }

    /** A value has at most 65535 octets, and a character of a string at most 3. */
    private static String shortened(String text) {
        return text.length() <= MAX_LINE ? text : text.substring(0, MAX_LINE);
    }

    private static final int MAX_LINE = 16_000;
}
