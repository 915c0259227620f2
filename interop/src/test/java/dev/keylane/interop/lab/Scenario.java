package dev.keylane.interop.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A script for the guest and the files it wants. Files are found in {@code /out} there; the script starts with two
 * hosts, {@code left} and {@code right} (see {@code interop/lab/guest.sh} for what it can call), and stops at the
 * first command that fails.
 */
public final class Scenario {
    private final String name;
    private final Map<String, String> files = new LinkedHashMap<>();
    private String hosts = "make_hosts";
    private boolean systemd;
    private int cpus = 2;
    private Duration limit = Duration.ofSeconds(120);

    private Scenario(String name) {
        this.name = name;
    }

    /** {@code name} is also the directory under {@code interop/target/scenarios}. */
    public static Scenario named(String name) {
        return new Scenario(name);
    }

    public Scenario file(String fileName, String content) {
        files.put(fileName, content);
        return this;
    }

    public Scenario cpus(int count) {
        cpus = count;
        return this;
    }

    public Scenario within(Duration duration) {
        limit = duration;
        return this;
    }

    /** These of {@code left} and {@code right} have a card that does IPsec, {@code interop/lab/lanenic}. */
    public Scenario cards(String... hostsWithCards) {
        hosts = "make_lanenic_hosts " + String.join(" ", hostsWithCards);
        return this;
    }

    /** systemd is the first process, which runs the script as a service; {@code left} is where services run. */
    public Scenario underSystemd() {
        systemd = true;
        hosts = "ip netns attach left 1\nmake_hosts";
        return this;
    }

    /** The script makes its hosts by itself. */
    public Scenario withoutHosts() {
        hosts = "";
        return this;
    }

    /** Boots the lab and runs the script; what came out is judged by the caller. */
    public Evidence run(String script) {
        Path out = Lab.repository().resolve("interop/target/scenarios").resolve(name);
        try {
            clear(out);
            for (Map.Entry<String, String> file : files.entrySet()) {
                Files.writeString(out.resolve(file.getKey()), file.getValue());
            }
            Path whole = Files.writeString(out.resolve("scenario.sh"), PROLOGUE.formatted(STAND_IN, hosts) + script);
            return new Evidence(out, Lab.boot(whole, out, systemd, cpus, limit));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void clear(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> tree = Files.walk(directory)) {
                List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
                for (Path path : deepestFirst) {
                    Files.delete(path);
                }
            }
        }
        Files.createDirectories(directory);
    }

    /** {@code charon} puts strongSwan in keylane's place, which tells a wrong scenario from a wrong keylane. */
    private static final String STAND_IN = System.getProperty("lab.standin", "");
    private static final String PROLOGUE = """
            set -euo pipefail
            . /out/.lab/guest.sh
            STAND_IN=%s
            %s
            cd /out
            """;
}
