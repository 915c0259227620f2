package dev.keylane.ike.exchange;

import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Own requests under way, RFC 7296 §2.1 and §2.3: the requester alone retransmits, with growing waits, and has at most
 * the peer's window of requests outstanding.
 */
public final class PendingRequests {
    private final Retransmission retransmission;
    private final RandomSource random;
    private final List<PendingRequest> pending = new ArrayList<>(1);
    private int nextId;
    private int window = 1;
    private boolean announced;

    public PendingRequests(Retransmission retransmission, RandomSource random, int firstId) {
        this.retransmission = retransmission;
        this.random = random;
        this.nextId = firstId;
    }

    Retransmission retransmission() {
        return retransmission;
    }

    /**
     * "An IKE endpoint MUST wait for a response to each of its messages before sending a subsequent message" but for a
     * larger window: then request X waits for all answers up to X minus the window.
     *
     * @param reserved how many requests not sent yet have their place already
     */
    public boolean canSend(int reserved) {
        int lowest = pending.isEmpty() ? nextId : pending.getFirst().messageId();
        return nextId + reserved - lowest < window;
    }

    /** RFC 7296 §2.3: the peer's window is 1 until it has announced another, and only grows. */
    void widen(int size) {
        announced = true;
        window = Math.max(window, Math.min(size, MOST_OUTSTANDING));
    }

    /** Whether the peer has told its window. */
    boolean isAnnounced() {
        return announced;
    }

    /** Whether any that waits for its answer was sent more than once. */
    public boolean isRepeated() {
        return pending.stream().anyMatch(request -> request.sent() > 1);
    }

    public int nextId() {
        return nextId;
    }

    public void sent(int exchange, List<Octets> datagrams, Instant now) {
        pending.add(new PendingRequest(nextId, exchange, datagrams, now, 1, now.plus(retransmission.wait(1, random))));
        nextId++;
    }

    /** Takes out the request an answer belongs to. */
    public Optional<PendingRequest> answered(int messageId) {
        Optional<PendingRequest> found = find(messageId);
        found.ifPresent(pending::remove);
        return found;
    }

    public Optional<PendingRequest> find(int messageId) {
        for (PendingRequest request : pending) {
            if (request.messageId() == messageId) {
                return Optional.of(request);
            }
        }
        return Optional.empty();
    }

    public Optional<Instant> deadline() {
        Instant first = null;
        for (PendingRequest request : pending) {
            if (first == null || request.deadline().isBefore(first)) {
                first = request.deadline();
            }
        }
        return Optional.ofNullable(first);
    }

    /** What was sent did not leave: all of it is due, and as good as sent for the first time. */
    void hurry(Instant now) {
        pending.replaceAll(old -> new PendingRequest(old.messageId(), old.exchange(), old.datagrams(), old.begun(), 1, now));
    }

    /** The next overdue request; asked again until it answers that nothing is due. */
    public Retry retry(Instant now) {
        for (int i = 0; i < pending.size(); i++) {
            PendingRequest request = pending.get(i);
            if (!request.deadline().isAfter(now)) {
                return request.sent() > retransmission.tries() ? giveUp(i) : again(i, now);
            }
        }
        return new Retry.NothingDue();
    }

    private Retry giveUp(int index) {
        return new Retry.GaveUp(pending.remove(index));
    }

    private Retry again(int index, Instant now) {
        PendingRequest old = pending.get(index);
        int sent = old.sent() + 1;
        PendingRequest next = new PendingRequest(old.messageId(), old.exchange(), old.datagrams(), old.begun(), sent,
                now.plus(retransmission.wait(sent, random)));
        pending.set(index, next);
        return new Retry.Again(next);
    }

    /** However wide the peer's window: each request is kept until it is answered. */
    private static final int MOST_OUTSTANDING = 256;
}
