package dev.keylane.interop.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a scenario left behind: the script's status and console, and the files in its directory. */
public final class Evidence {
    private final Path directory;
    private final Lab.Boot boot;

    Evidence(Path directory, Lab.Boot boot) {
        this.directory = directory;
        this.boot = boot;
    }

    /** Fails unless the script came to its end with status 0. */
    public Evidence completed() {
        assertThat(boot.exit()).as("status of the script, which printed:%n%s%n%s", tail(boot.console()), this).isZero();
        return this;
    }

    public String text(String file) {
        return Lab.read(directory.resolve(file));
    }

    /** The one number that the file holds, -1 when it holds none. */
    public int number(String file) {
        String text = text(file).strip();
        return text.matches("-?\\d+") ? Integer.parseInt(text) : -1;
    }

    /** How many answers the ping got whose output is in the file {@code ping}. */
    public int pingsReceived() {
        Matcher summary = Pattern.compile("(\\d+) received").matcher(text("ping"));
        assertThat(summary.find()).as("ping's summary. %s", this).isTrue();
        return Integer.parseInt(summary.group(1));
    }

    /** The daemon's log of {@code host}. */
    public String log(String host) {
        return text(host + ".log");
    }

    /** The SAs that {@code snapshot NAME} or {@code states} wrote to the file. */
    public List<KernelSa> states(String file) {
        return text(file).lines().filter(line -> line.startsWith("src=")).map(KernelSa::parse).toList();
    }

    /** What an end of {@code start_load} counted, from its file. */
    public LoadCount load(String file) {
        return LoadCount.parse(text(file));
    }

    /** What {@code end_flows} found lost. */
    public List<PhaseLoss> losses() {
        return text("lost").lines().map(PhaseLoss::parse).toList();
    }

    /** What {@code seen NAME HOST} wrote to NAME.HOST. */
    public List<SeenPackets> seen(String file) {
        return text(file).lines().map(SeenPackets::parse).toList();
    }

    public Path directory() {
        return directory;
    }

    private static String tail(String text) {
        List<String> lines = text.lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - CONSOLE_LINES), lines.size()));
    }

    /** Where to look, for a failed assertion's message. */
    @Override
    public String toString() {
        return "logs, captures and kernel states are in " + directory;
    }

    private static final int CONSOLE_LINES = 30;
}
