package dev.keylane.steering.program;

import java.util.Objects;

/** Checks of the cases, without a test framework. */
final class Expect {
    private Expect() {
    }

    static void that(String what, boolean holds) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    static void equal(String what, Object actual, Object expected) {
        if (!Objects.equals(actual, expected)) {
            throw new AssertionError(what + " is " + actual + ", not " + expected);
        }
    }
}
