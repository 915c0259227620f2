package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, reading it ends soon with a configuration or with mistakes, never with an exception. */
class ConfigFuzzTest {
    /** Not beside real files, which an include would find. */
    private static final Path FILE = Path.of("/nonexistent/keylane/t.conf");
    private static final int ROUNDS = 20_000;
    private static final List<String> PIECES = List.of("{", "}", "=", "\"", "\\", "#", "\n", ":", ",", ".", "include ",
            " = ", "{ }", "connections", "local", "children", "secret", "id", "dynamic[", "]", "/", "-", "%any", "0x",
            "0s", "99999999999999999999", "\u0000", "\ud800", "\u00e9", "a : a { }", "=\n", "[udp/", "(", ")", "*", "|",
            "include *", "include [", "charon.plugins.", "default", "C=CH, O=", "ipv4:", "{99}:");

    @Test
    void mutatedTextNeverThrows() throws IOException {
        List<String> seeds = List.of(Files.readString(Path.of("../examples/bluefield/BFL.swanctl.conf")),
                Files.readString(Path.of("../examples/demo/left.conf")),
                SampleConfig.connection("local_addrs = 10.0.0.1, 10.0.0.0/8, 10.0.0.1-10.0.0.9, gw.example.org"),
                SampleConfig.child("local_ts = 10.0.0.0/8[icmp/8(0)], ::/0[tcp/1-2]\nmark_in = 1/0xff\nrekey_time = 4h"),
                "charon { port = 500\nplugins { vici { socket = unix:///x\n} } }\nb { } a : b { include x\n}");
        Random random = new Random(9611);
        int good = 0;
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            String text = mutated(seeds.get(random.nextInt(seeds.size())), random);
            long one = System.nanoTime();
            Loaded loaded = Configuration.of(SettingsReader.parse(text, FILE), SampleConfig.NAMES);
            assertThat(Duration.ofNanos(System.nanoTime() - one)).as("round %d", round).isLessThan(Duration.ofSeconds(2));
            assertThat(loaded.mistakes()).as("round %d", round).extracting(ConfigMistake::toString)
                    .allMatch(mistake -> mistake.length() < 1500 && mistake.chars().noneMatch(Character::isISOControl));
            good += loaded.isGood() ? 1 : 0;
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(120));
        // Both outcomes must have been met, or the mutations are too weak or too strong.
        assertThat(good).isBetween(ROUNDS / 100, ROUNDS * 3 / 4);
    }

    private static String mutated(String seed, Random random) {
        StringBuilder text = new StringBuilder(seed);
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(12));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 1 -> text.replace(at, to, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> text.delete(at, to);
                case 3 -> text.insert(at, text.substring(random.nextInt(at + 1), at));
                default -> text.insert(at, (char) random.nextInt(0x180));
            }
        }
        return text.toString();
    }
}
