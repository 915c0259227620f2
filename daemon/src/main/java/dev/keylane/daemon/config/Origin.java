package dev.keylane.daemon.config;

/**
 * Where something was written.
 *
 * @param source a file as the operator named it, or {@code vici}
 * @param line   from 1; 0 when the source has no lines
 */
public record Origin(String source, int line) {
    /** A message of the control socket. */
    public static final Origin VICI = new Origin("vici", 0);

    @Override
    public String toString() {
        return line == 0 ? source : source + ":" + line;
    }
}
