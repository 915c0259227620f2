package dev.keylane.ike.exchange;

import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The peer's requests and our answers to them, RFC 7296 §2.3. Ids are those of {@code slots}, from {@code base} on, and
 * the ones not seen yet: a peer may ask {@code size} ids beyond what is answered, and asks again no further back than
 * {@code size} ids behind the latest.
 */
final class PeerWindow {
    /** Where a request's id stands. */
    enum Place { OUTSIDE, NEW, BEING_ANSWERED, ANSWERED }

    /** By id; null for one that was overtaken by a later one, {@link #NOT_YET} for one being worked on. */
    private final List<@Nullable List<Octets>> slots = new ArrayList<>(1);
    private int base;
    private int lowestUnanswered;
    private int size = 1;
    private boolean crowded;

    PeerWindow(int first) {
        this.base = first;
        this.lowestUnanswered = first;
    }

    int size() {
        return size;
    }

    /** RFC 7296 §2.3: a window can only grow. */
    void widen(int wider) {
        size = Math.max(size, wider);
    }

    /** One above the highest id taken. */
    int next() {
        return base + slots.size();
    }

    /** Whether the peer has ever asked before it had the answer to what it had asked. */
    boolean isCrowded() {
        return crowded;
    }

    Place place(int id) {
        int index = id - base;
        if (index < 0) {
            return Place.OUTSIDE;
        }
        if (index >= slots.size()) {
            return id - lowestUnanswered < size ? Place.NEW : Place.OUTSIDE;
        }
        List<Octets> answer = slots.get(index);
        if (answer == null) {
            return Place.NEW;
        }
        return answer.isEmpty() ? Place.BEING_ANSWERED : Place.ANSWERED;
    }

    /** Only for one whose place is {@link Place#ANSWERED}. */
    List<Octets> answer(int id) {
        List<Octets> answer = slots.get(id - base);
        if (answer == null || answer.isEmpty()) {
            throw new IllegalStateException("request " + id + " has no answer");
        }
        return answer;
    }

    /** Takes a new request in: whoever sends it has the answers to all that are {@code size} ids older. */
    void take(int id) {
        crowded |= id != next() || lowestUnanswered != id;
        while (id - base >= size) {
            slots.removeFirst();
            base++;
        }
        while (slots.size() <= id - base) {
            slots.add(null);
        }
        slots.set(id - base, NOT_YET);
    }

    void answered(int id, List<Octets> datagrams) {
        slots.set(id - base, datagrams);
        while (place(lowestUnanswered) == Place.ANSWERED) {
            lowestUnanswered++;
        }
    }

    private static final List<Octets> NOT_YET = List.of();
}
