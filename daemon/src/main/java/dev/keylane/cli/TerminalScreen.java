package dev.keylane.cli;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The terminal as a screen to draw on: the alternate one, without a cursor, its keys read as they are pressed. What it was
 * before is back when it is closed, by a signal, too. Linux knows how by stty(1).
 */
final class TerminalScreen implements AutoCloseable {
    private final PrintStream out = System.out;
    private final String settings;
    private final Thread atExit = new Thread(this::restore);

    private TerminalScreen(String settings) {
        this.settings = settings;
    }

    static boolean isThere() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    static TerminalScreen open() throws IOException {
        TerminalScreen screen = new TerminalScreen(stty("-g"));
        Runtime.getRuntime().addShutdownHook(screen.atExit);
        stty("-icanon", "-echo", "min", "0", "time", "0");
        screen.out.print("\033[?1049h\033[?25l");
        return screen;
    }

    /** A terminal that does not tell has 24 rows of 80. */
    TopFrame.Size size() throws IOException {
        String[] numbers = stty("size").split(" ");
        int rows = numbers.length == 2 && numbers[0].matches("[1-9]\\d{0,4}") ? Integer.parseInt(numbers[0]) : 24;
        int columns = numbers.length == 2 && numbers[1].matches("[1-9]\\d{0,4}") ? Integer.parseInt(numbers[1]) : 80;
        return new TopFrame.Size(rows, columns);
    }

    void draw(List<String> lines) {
        StringBuilder picture = new StringBuilder("\033[H");
        for (int i = 0; i < lines.size(); i++) {
            picture.append(i == 0 ? "\033[1m" : "").append(printable(lines.get(i))).append(i == 0 ? "\033[0m" : "")
                    .append("\033[K").append(i < lines.size() - 1 ? "\r\n" : "");
        }
        out.print(picture.append("\033[J"));
        out.flush();
    }

    /** Names are the peer's in part: they cannot move the cursor. */
    private static String printable(String line) {
        return line.replaceAll("\\p{Cntrl}", "?");
    }

    /** Waits, and tells whether somebody wants to leave: q, or the end of the input. */
    boolean isQuitWithin(Duration wait) throws IOException {
        long end = System.nanoTime() + wait.toNanos();
        do {
            while (System.in.available() > 0) {
                int key = System.in.read();
                if (key == 'q' || key == 'Q' || key < 0) {
                    return true;
                }
            }
            sleep();
        } while (System.nanoTime() < end);
        return false;
    }

    private static void sleep() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(20);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        restore();
    }

    private void restore() {
        out.print("\033[?25h\033[?1049l");
        out.flush();
        try {
            stty(settings);
        } catch (IOException gone) {
            // The terminal has gone, and its settings with it.
            out.flush();
        }
    }

    private static String stty(String... arguments) throws IOException {
        String[] command = new String[arguments.length + 1];
        command[0] = "stty";
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process process = new ProcessBuilder(command).redirectInput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.DISCARD).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
}
