package dev.keylane.ike.endpoint;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.sa.IkeSa;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;
import java.util.TreeMap;

/** Half-open SAs by the source that holds them, so that the largest share is found at once, however many there are. */
final class Shares {
    private final Map<IpAddress, SequencedMap<IkeSa, Integer>> bySource = new HashMap<>();
    private final TreeMap<Integer, SequencedSet<IpAddress>> bySize = new TreeMap<>();
    private int size;
    private long octets;

    int size() {
        return size;
    }

    /** Octets of all that is kept of the peers' own. */
    long octets() {
        return octets;
    }

    int of(IpAddress source) {
        SequencedMap<IkeSa, Integer> share = bySource.get(source);
        return share == null ? 0 : share.size();
    }

    void add(IpAddress source, IkeSa sa, int length) {
        SequencedMap<IkeSa, Integer> share = bySource.computeIfAbsent(source, _ -> new LinkedHashMap<>(2));
        share.put(sa, length);
        move(source, share.size() - 1, share.size());
        size++;
        octets += length;
    }

    void remove(IpAddress source, IkeSa sa) {
        SequencedMap<IkeSa, Integer> share = bySource.get(source);
        Integer length = share == null ? null : share.remove(sa);
        if (length == null) {
            return;
        }
        if (share.isEmpty()) {
            bySource.remove(source);
        }
        move(source, share.size() + 1, share.size());
        size--;
        octets -= length;
    }

    /** The oldest of whoever holds most; of several, of who has held so many for the longest. */
    Optional<IkeSa> oldestOfLargest() {
        return bySize.isEmpty() ? Optional.empty()
                : Optional.of(bySource.get(bySize.lastEntry().getValue().getFirst()).firstEntry().getKey());
    }

    private void move(IpAddress source, int from, int to) {
        if (from > 0) {
            SequencedSet<IpAddress> rank = bySize.get(from);
            rank.remove(source);
            if (rank.isEmpty()) {
                bySize.remove(from);
            }
        }
        if (to > 0) {
            bySize.computeIfAbsent(to, _ -> new LinkedHashSet<>()).add(source);
        }
    }
}
