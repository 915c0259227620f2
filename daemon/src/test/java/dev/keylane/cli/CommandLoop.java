package dev.keylane.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Commands of keylane one after the other, each as it would run by itself, without a start of Java for each. */
public final class CommandLoop {
    private CommandLoop() {
    }

    /** Reads a command a line; writes what it prints, {@code exit N}, and a line with a dot. */
    public static void main(String[] args) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int code = Keylane.commandLine().setOut(out).setErr(out).execute(line.strip().split(" +"));
            out.println("exit " + code);
            out.println(".");
        }
    }
}
