package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The option to speak JSON, an object a line, of commands that tell what happens as it happens:
 * <pre>
 * { "event": "log", "group", "level", "ike", "ike_id", "message" }
 * { "event": "loaded" or "unloaded", "what", "name", "error" }
 * { "event": "result", "command", "success", "error", "matches", "terminated" }
 * </pre>
 * What is not known is null; a result, always the last line, has {@code matches} and {@code terminated} where they mean
 * something.
 */
final class JsonLines {
    @Option(names = "--json", description = "Print JSON, an object a line.")
    private boolean json;

    boolean isWanted() {
        return json;
    }

    static String log(ViciMessage line) {
        Keys keys = new Keys(line);
        Map<String, @Nullable Object> event = event("log");
        event.put("group", keys.textOrNull("group"));
        event.put("level", keys.number("level"));
        event.put("ike", keys.textOrNull("ikesa-name"));
        event.put("ike_id", keys.number("ikesa-uniqueid"));
        event.put("message", keys.textOrNull("msg"));
        return Json.line(event);
    }

    static String result(String command, ViciMessage response) {
        Keys keys = new Keys(response);
        Map<String, @Nullable Object> event = event("result");
        event.put("command", command);
        event.put("success", keys.flag("success"));
        event.put("error", keys.textOrNull("errmsg"));
        for (String count : new String[] {"matches", "terminated"}) {
            if (keys.number(count) != null) {
                event.put(count, keys.number(count));
            }
        }
        return Json.line(event);
    }

    static String loaded(String verb, String what, String name, @Nullable String error) {
        Map<String, @Nullable Object> event = event(verb + "ed");
        event.put("what", what);
        event.put("name", name);
        event.put("error", error);
        return Json.line(event);
    }

    private static Map<String, @Nullable Object> event(String name) {
        Map<String, @Nullable Object> event = new LinkedHashMap<>();
        event.put("event", name);
        return event;
    }
}
