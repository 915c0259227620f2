package dev.keylane.daemon.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Any text is a configuration or has mistakes, each of them one printable line. */
class ConfigurationFuzzTest {
    /** Not beside real files, which an include would find. */
    private static final Path FILE = Path.of("/nonexistent/keylane/t.conf");
    private static final Pattern REAL_FILES = Pattern.compile("include[\\s\"]+[/.\\\\]");

    @FuzzTest(maxDuration = "60s")
    void configuration(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        if (REAL_FILES.matcher(text).find()) {
            return;
        }
        Loaded loaded = Configuration.of(SettingsReader.parse(text, FILE), SampleConfig.NAMES);
        for (ConfigMistake mistake : loaded.mistakes()) {
            String line = mistake.toString();
            if (line.length() > LONGEST_LINE || line.chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError("not a line for an operator: " + line);
            }
        }
    }

    private static final int LONGEST_LINE = 1500;
}
