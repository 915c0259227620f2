package dev.keylane.ike.exchange;

import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.FragmentPayload;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The authentic fragments of one message that are there so far, RFC 7383 §2.6. */
final class Reassembly {
    private final IkeHeader header;
    private final @Nullable Octets[] parts;
    private final Instant until;
    private int missing;
    private int octets;
    private int firstInner = PayloadType.NONE;
    private int largest;

    /** @param until when it is given up */
    Reassembly(IkeHeader header, int total, Instant until) {
        this.header = header;
        this.parts = new Octets[total];
        this.missing = total;
        this.until = until;
    }

    boolean isOf(IkeHeader other) {
        return header.messageId() == other.messageId() && header.response() == other.response();
    }

    int total() {
        return parts.length;
    }

    Instant until() {
        return until;
    }

    int octets() {
        return octets;
    }

    /** The largest datagram of those that are there. */
    int largest() {
        return largest;
    }

    boolean has(int number) {
        return parts[number - 1] != null;
    }

    boolean isComplete() {
        return missing == 0;
    }

    void add(FragmentPayload fragment, Octets clear, int datagram) {
        parts[fragment.number() - 1] = clear;
        missing--;
        octets += clear.length();
        largest = Math.max(largest, datagram);
        if (fragment.number() == 1) {
            firstInner = fragment.firstInner();
        }
    }

    /** The type of the first payload in {@link #join}. */
    int firstInner() {
        return firstInner;
    }

    Octets join() {
        byte[] all = new byte[octets];
        int at = 0;
        for (Octets part : parts) {
            at = part == null ? at : part.copyTo(all, at);
        }
        return Octets.wrap(all);
    }
}
