package dev.keylane.ike;

import dev.keylane.ike.wire.Octets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** A test resource of hexadecimal digits: lines that start with {@code #} after a blank one name the field below. */
public record HexFile(Map<String, Octets> fields) {
    /** @param name relative to this package */
    public static HexFile read(String name) {
        Map<String, Octets> fields = new LinkedHashMap<>();
        String[] parts = text(name).split("\n\n# ");
        for (int i = 1; i < parts.length; i++) {
            int end = parts[i].indexOf('\n');
            fields.put(parts[i].substring(0, end), Octets.ofHex(parts[i].substring(end)));
        }
        return new HexFile(fields);
    }

    public Octets get(String field) {
        Octets octets = fields.get(field);
        if (octets == null) {
            throw new IllegalArgumentException("no field " + field + " among " + fields.keySet());
        }
        return octets;
    }

    private static String text(String name) {
        try (InputStream in = HexFile.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("no resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
