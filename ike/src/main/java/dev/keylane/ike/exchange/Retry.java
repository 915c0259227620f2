package dev.keylane.ike.exchange;

/** What a timer found among the pending requests. */
public sealed interface Retry {
    record NothingDue() implements Retry {
    }

    /** Send {@code request.datagrams()} again; {@code request.sent()} counts this time. */
    record Again(PendingRequest request) implements Retry {
    }

    /** RFC 7296 §2.4: the other endpoint has failed. */
    record GaveUp(PendingRequest request) implements Retry {
    }
}
