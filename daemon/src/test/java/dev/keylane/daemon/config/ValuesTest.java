package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.ConfigMistake.Kind;
import dev.keylane.daemon.config.ConnectionReader.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Single values are good or bad as with strongSwan, whose word stands in {@code values.txt}; a scenario in the lab asks
 * strongSwan itself.
 */
class ValuesTest {
    private static final Path VALUES = Path.of("src/test/resources/dev/keylane/daemon/config/values.txt");
    private static final Pattern LINE = Pattern.compile("(\\w+) (\\w+) \"(.*)\" (ok|bad)( ~ .*)?");

    static Stream<String> values() throws IOException {
        return Files.readAllLines(VALUES).stream().filter(line -> !line.startsWith("#"));
    }

    @ParameterizedTest
    @MethodSource("values")
    void saysWhatStrongSwanSays(String line) {
        Matcher matcher = LINE.matcher(line);
        assertThat(matcher.matches()).as(line).isTrue();
        List<ConfigMistake> mistakes = read(matcher.group(1), matcher.group(2), matcher.group(3));
        String differs = matcher.group(5) == null ? "" : matcher.group(5).substring(3);
        String expected = differs.isEmpty() ? matcher.group(4) : differs;
        String found = mistakes.isEmpty() ? matcher.group(4).equals("ok") ? "ok" : "taken"
                : mistakes.stream().allMatch(mistake -> mistake.kind() == Kind.NOT_SUPPORTED) ? "not supported"
                : matcher.group(4).equals("ok") ? "refused" : "bad";
        assertThat(found).as("%s: %s", line, mistakes).isEqualTo(expected);
    }

    /** As the control socket hands it over. */
    private static List<ConfigMistake> read(String scope, String key, String value) {
        Section.Builder connection = Section.named("c", Origin.VICI);
        Section.Builder local = connection.section("local", Origin.VICI).set("auth", new Setting.Scalar("psk", Origin.VICI));
        connection.section("remote", Origin.VICI).set("auth", new Setting.Scalar("psk", Origin.VICI));
        Section.Builder child = connection.section("children", Origin.VICI).section("net", Origin.VICI);
        Section.Builder into = switch (scope) {
            case "connection" -> connection;
            case "local" -> local;
            default -> child;
        };
        Setting.Scalar scalar = new Setting.Scalar(value, Origin.VICI);
        into.set(key, LISTS.contains(key) ? new Setting.Items(scalar.split(), Origin.VICI) : scalar);
        return switch (new ConnectionReader(SampleConfig.NAMES, 32).read(connection.build())) {
            case Result.Read _ -> List.of();
            case Result.Refused(List<ConfigMistake> mistakes) -> mistakes;
        };
    }

    private static final List<String> LISTS = List.of("local_addrs", "remote_addrs", "proposals", "esp_proposals",
            "ah_proposals", "local_ts", "remote_ts", "vips", "pools", "groups", "cert_policy");
}
