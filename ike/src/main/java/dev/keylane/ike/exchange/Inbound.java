package dev.keylane.ike.exchange;

import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.Octets;
import java.util.List;

/** What a protected message turned out to be. */
public sealed interface Inbound {
    /** A new request; it must be answered by {@link Channel#respond} in the end. */
    record Request(IkeMessage message) implements Inbound {
    }

    record Response(IkeMessage message, PendingRequest request) implements Inbound {
    }

    /** A request that was answered before: send the answer again. */
    record Repeated(List<Octets> answer) implements Inbound {
    }

    /** A request that is still being worked on. */
    record InProgress() implements Inbound {
    }

    /**
     * A fragment of a message.
     *
     * @param kept until the others are there; otherwise it was there already, or its message was
     */
    record Fragment(boolean kept) implements Inbound {
    }

    /** An authentic fragment that is not kept: there is no room for it, or it contradicts others. */
    record RefusedFragment() implements Inbound {
    }

    record Unauthentic() implements Inbound {
    }

    /** No SK payload: a hint that anybody may have given, or nonsense. */
    record Unprotected() implements Inbound {
    }

    record OutOfWindow() implements Inbound {
    }

    /** Authentic, and still not a message: the SA cannot go on (RFC 7296 §2.21.3). */
    record Malformed(int messageId, int exchange, boolean response, String reason) implements Inbound {
    }

    record UnsupportedCritical(int messageId, int exchange, boolean response, int payloadType) implements Inbound {
    }
}
