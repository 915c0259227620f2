package dev.keylane.cli;

import dev.keylane.daemon.config.ConfigMistake;
import dev.keylane.daemon.config.ConfigNote;
import dev.keylane.daemon.config.Loaded;
import dev.keylane.daemon.config.Origin;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The shape of {@code check --json}: an object with all of these keys.
 * <pre>
 * ok: true or false
 * mistakes, notes: [ { file line key text } ]
 * files: a number; connections: [ { name children[] } ]; secrets: a number; of nothing when there is a mistake
 * </pre>
 */
final class CheckJson {
    private CheckJson() {
    }

    static Map<String, Object> of(Loaded loaded) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("ok", loaded.isGood());
        json.put("mistakes", loaded.mistakes().stream().map(CheckJson::mistake).toList());
        json.put("notes", loaded.notes().stream().map(CheckJson::note).toList());
        json.put("files", loaded.files().size());
        json.put("connections", loaded.book().connections().stream().map(connection -> Map.of("name", connection.name(),
                "children", connection.children().stream().map(child -> child.name()).toList())).toList());
        json.put("secrets", loaded.book().sharedKeys().size());
        return json;
    }

    private static Map<String, Object> mistake(ConfigMistake mistake) {
        return line(mistake.origin(), mistake.key(), mistake.text());
    }

    static Map<String, Object> note(ConfigNote note) {
        return line(note.origin(), note.key(), note.text());
    }

    private static Map<String, Object> line(Origin origin, String key, String text) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("file", origin.source());
        json.put("line", origin.line());
        json.put("key", key);
        json.put("text", text);
        return json;
    }
}
