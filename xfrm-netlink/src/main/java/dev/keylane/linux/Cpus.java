package dev.keylane.linux;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Which CPUs there are, from {@code /sys/devices/system/cpu}. */
public final class Cpus {
    private Cpus() {
    }

    /** CPUs that may ever be; their number bounds what an SA can be bound to. */
    public static List<Integer> possible() {
        return read(Path.of("/sys/devices/system/cpu/possible"));
    }

    /** CPUs that run now. */
    public static List<Integer> online() {
        return read(Path.of("/sys/devices/system/cpu/online"));
    }

    private static List<Integer> read(Path file) {
        try {
            String text = Files.readString(file);
            return parse(text).orElseThrow(() -> new IllegalStateException(file + ": not a CPU list: " + text.strip()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A list such as {@code 0-3,8,10-11}, in its order; empty when it is none or names more than 8192 CPUs. */
    public static Optional<List<Integer>> parse(String text) {
        String list = text.strip();
        if (list.length() > MAX_TEXT || !list.matches("\\d{1,4}(-\\d{1,4})?(,\\d{1,4}(-\\d{1,4})?)*")) {
            return Optional.empty();
        }
        List<Integer> cpus = Stream.of(list.split(",")).flatMapToInt(Cpus::range).boxed().limit(MAX_CPUS + 1).toList();
        return cpus.isEmpty() || cpus.size() > MAX_CPUS ? Optional.empty() : Optional.of(cpus);
    }

    private static IntStream range(String part) {
        int dash = part.indexOf('-');
        return dash < 0
                ? IntStream.of(Integer.parseInt(part))
                : IntStream.rangeClosed(Integer.parseInt(part.substring(0, dash)),
                        Integer.parseInt(part.substring(dash + 1)));
    }

    private static final int MAX_CPUS = 8192;
    private static final int MAX_TEXT = 65536;
}
