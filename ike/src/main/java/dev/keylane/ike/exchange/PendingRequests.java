package dev.keylane.ike.exchange;

import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Own requests under way, RFC 7296 §2.1 and §2.3: the requester alone retransmits, with growing waits, and has at most
 * the peer's window of requests outstanding.
 */
public final class PendingRequests {
    private final Retransmission retransmission;
    private final List<PendingRequest> pending = new ArrayList<>(1);
    private int nextId;

    public PendingRequests(Retransmission retransmission, int firstId) {
        this.retransmission = retransmission;
        this.nextId = firstId;
    }

    /** "An IKE endpoint MUST wait for a response to each of its messages before sending a subsequent message" but for a larger window. */
    public boolean canSend() {
        return pending.size() < WINDOW;
    }

    public int nextId() {
        return nextId;
    }

    public void sent(int exchange, Octets datagram, Instant now) {
        pending.add(new PendingRequest(nextId, exchange, datagram, 1, now.plus(retransmission.wait(1))));
        nextId++;
    }

    /** Takes out the request an answer belongs to. */
    public Optional<PendingRequest> answered(int messageId) {
        Optional<PendingRequest> found = find(messageId);
        found.ifPresent(pending::remove);
        return found;
    }

    public Optional<PendingRequest> find(int messageId) {
        return pending.stream().filter(request -> request.messageId() == messageId).findFirst();
    }

    public Optional<Instant> deadline() {
        return pending.isEmpty() ? Optional.empty()
                : pending.stream().map(PendingRequest::deadline).min(Comparator.naturalOrder());
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
        PendingRequest next = new PendingRequest(old.messageId(), old.exchange(), old.datagram(), sent,
                now.plus(retransmission.wait(sent)));
        pending.set(index, next);
        return new Retry.Again(next);
    }

    /** RFC 7296 §2.3: the window is 1 until the peer has announced another. */
    private static final int WINDOW = 1;
}
