package dev.keylane.daemon.config;

/** Something an operator should know about a configuration that is good nevertheless. */
public record ConfigNote(Origin origin, String key, String text) {
    /** {@code file:line: key: text}. */
    @Override
    public String toString() {
        return origin + ": " + key + ": " + text;
    }
}
