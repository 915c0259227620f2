package dev.keylane.ike.crypto;

import dev.keylane.ike.wire.Octets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Test vectors from a resource beside this class: {@code name = value} lines in blocks, comments behind #. */
public final class Vectors {
    private Vectors() {
    }

    public static Stream<Vector> of(String resource) {
        String text;
        try (InputStream in = Vectors.class.getResourceAsStream(resource)) {
            text = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Vector> vectors = Stream.of(text.split("\n\n"))
                .map(block -> block.lines().filter(line -> !line.startsWith("#")).toList())
                .filter(lines -> !lines.isEmpty())
                .map(Vectors::vector)
                .toList();
        if (vectors.isEmpty()) {
            throw new IllegalStateException("no vectors in " + resource);
        }
        return vectors.stream();
    }

    private static Vector vector(List<String> lines) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : lines) {
            int equals = line.indexOf('=');
            fields.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
        }
        return new Vector(fields);
    }

    /** One block. */
    public record Vector(Map<String, String> fields) {
        public String text(String name) {
            String value = fields.get(name);
            if (value == null) {
                throw new IllegalArgumentException("no " + name + " in " + this);
            }
            return value;
        }

        public boolean has(String name) {
            return fields.containsKey(name);
        }

        public int number(String name) {
            return Integer.parseInt(text(name));
        }

        public Octets octets(String name) {
            return Octets.ofHex(text(name));
        }

        public Secret secret(String name) {
            return Secret.copyOf(octets(name).borrow());
        }

        public long spi(String name) {
            return Long.parseUnsignedLong(text(name), 16);
        }

        @Override
        public String toString() {
            return fields.values().iterator().next() + "…" + Integer.toHexString(fields.hashCode());
        }
    }
}
