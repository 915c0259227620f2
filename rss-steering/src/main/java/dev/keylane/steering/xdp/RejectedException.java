package dev.keylane.steering.xdp;

import dev.keylane.steering.Rejection;

/** Leaves an attachment half made; {@link Attachment#make} turns it into a value after clearing up. */
final class RejectedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Rejection rejection;

    RejectedException(Rejection rejection) {
        super(rejection.text(), null, false, false);
        this.rejection = rejection;
    }

    Rejection rejection() {
        return rejection;
    }
}
