package dev.keylane.steering.xdp;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.MapShape;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.program.ProgramMaps;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** A device's maps: those that are pinned, the others made and pinned. */
final class PinnedMaps implements AutoCloseable {
    private final Map<String, BpfMap> maps = new LinkedHashMap<>();
    private boolean takenOver;

    /**
     * A table of SAs that is pinned keeps its size.
     *
     * @throws RejectedException when one that is pinned has another shape; nothing is changed then
     */
    PinnedMaps(Path home, Map<String, MapShape> shapes) {
        try {
            shapes.forEach((name, shape) -> takeOver(home.resolve(name), name, shape));
            takenOver = !maps.isEmpty();
            shapes.forEach((name, shape) -> maps.computeIfAbsent(name, _ -> create(home, name, shape)));
        } catch (RuntimeException failed) {
            close();
            throw failed;
        }
    }

    private void takeOver(Path pin, String name, MapShape shape) {
        Optional<BpfMap> pinned = BpfMap.pinned(pin);
        pinned.ifPresent(map -> {
            maps.put(name, map);
            if (!map.shape().equals(shape) && !isTable(name, shape, map.shape())) {
                throw new RejectedException(new Rejection.PinnedOtherwise(pin, shape.toString(), map.shape().toString()));
            }
        });
    }

    /** What was said to be enough when it was made shall not stop a daemon that is told otherwise, or nothing steers. */
    private static boolean isTable(String name, MapShape wanted, MapShape found) {
        return name.equals(ProgramMaps.SAS) && found.equals(wanted.withEntries(found.maxEntries()));
    }

    private static BpfMap create(Path home, String name, MapShape shape) {
        try {
            Files.createDirectories(home);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        BpfMap map = BpfMap.create("kl_" + name, shape);
        try {
            map.pin(home.resolve(name));
            return map;
        } catch (RuntimeException failed) {
            map.close();
            throw failed;
        }
    }

    /** Whether any was there before. */
    boolean takenOver() {
        return takenOver;
    }

    BpfMap get(String name) {
        BpfMap map = maps.get(name);
        if (map == null) {
            throw new IllegalArgumentException("no map " + name);
        }
        return map;
    }

    @Override
    public void close() {
        maps.values().forEach(BpfMap::close);
    }

    /** Unpins whatever is in {@code home}, and the directory itself. */
    static void remove(Path home) {
        try {
            if (Files.isDirectory(home)) {
                try (var pins = Files.list(home)) {
                    for (Path pin : pins.toList()) {
                        Files.delete(pin);
                    }
                }
                Files.delete(home);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
