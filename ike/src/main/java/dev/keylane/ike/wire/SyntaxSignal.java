package dev.keylane.ike.wire;

/**
 * Raised by an {@link OctetReader} that is asked for more than it holds, caught where a {@link MessageCodec} hands out
 * its answer. It has no stack trace, so a hostile datagram costs no more than an honest one.
 */
final class SyntaxSignal extends RuntimeException {
    SyntaxSignal(String reason) {
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
