package dev.keylane.ike.exchange;

import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.FragmentPayload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Messages of the peer's of which not all fragments are there. RFC 7383 leaves the bounds to us. */
final class Reassemblies {
    private List<Reassembly> open = List.of();

    /**
     * What one IKE SA may have us keep.
     *
     * @param messages at once
     * @param total    fragments of a message
     * @param octets   of a message
     */
    record Limits(int messages, int total, int octets) {
        static final Limits AUTHENTICATED = new Limits(8, 255, 10_000);
        /** The peer may still be anybody who has made a key exchange. */
        static final Limits STRANGER = new Limits(1, 64, 4096);
    }

    /** Before its checksum is known to be right. */
    enum Judgement { WANTED, NEEDLESS, REFUSED }

    /** RFC 7383 §2.6: what is not wanted is silently thrown away. */
    Judgement judge(IkeHeader header, FragmentPayload fragment, Limits limits) {
        if (fragment.total() > limits.total()) {
            return Judgement.REFUSED;
        }
        Reassembly known = find(header);
        if (known == null) {
            return open.size() < limits.messages() ? Judgement.WANTED : Judgement.REFUSED;
        }
        if (fragment.total() < known.total()) {
            return Judgement.REFUSED;
        }
        return fragment.total() == known.total() && known.has(fragment.number()) ? Judgement.NEEDLESS
                : Judgement.WANTED;
    }

    /**
     * Keeps an authentic fragment that is wanted.
     *
     * @param datagram octets it came in
     */
    Outcome add(IkeHeader header, FragmentPayload fragment, Octets clear, int datagram, Limits limits, Instant now) {
        Reassembly known = find(header);
        // RFC 7383 §2.6: a larger Total Fragments tells that the message was cut anew; what there is of it is discarded.
        if (known != null && fragment.total() > known.total()) {
            open.remove(known);
            known = null;
        }
        if (known == null) {
            known = begin(header, fragment.total(), now);
        }
        if (known.octets() + clear.length() > limits.octets()) {
            open.remove(known);
            return new Outcome.TooLarge();
        }
        known.add(fragment, clear, datagram);
        if (!known.isComplete()) {
            return new Outcome.Kept();
        }
        open.remove(known);
        return new Outcome.Complete(known);
    }

    /** What has become of a fragment. */
    sealed interface Outcome {
        record Kept() implements Outcome {
        }

        record TooLarge() implements Outcome {
        }

        record Complete(Reassembly message) implements Outcome {
        }
    }

    private Reassembly begin(IkeHeader header, int total, Instant now) {
        if (open.isEmpty()) {
            open = new ArrayList<>(1);
        }
        Reassembly fresh = new Reassembly(header, total, now.plus(PATIENCE));
        open.add(fresh);
        return fresh;
    }

    /** The message is there as a whole, or no longer waited for. */
    void forget(IkeHeader header) {
        if (!open.isEmpty()) {
            open.removeIf(message -> message.isOf(header));
        }
    }

    Optional<Instant> deadline() {
        return open.stream().map(Reassembly::until).min(Instant::compareTo);
    }

    void expire(Instant now) {
        if (!open.isEmpty()) {
            open.removeIf(message -> !message.until().isAfter(now));
        }
    }

    private @Nullable Reassembly find(IkeHeader header) {
        for (Reassembly message : open) {
            if (message.isOf(header)) {
                return message;
            }
        }
        return null;
    }

    /** Longer than the peer waits before it sends the lost ones again. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);
}
