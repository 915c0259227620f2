package dev.keylane.steering;

/** What came of asking for something. */
public sealed interface Outcome<T> {
    record Done<T>(T value) implements Outcome<T> {
    }

    record Rejected<T>(Rejection reason) implements Outcome<T> {
    }
}
