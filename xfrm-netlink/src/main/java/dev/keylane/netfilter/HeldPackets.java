package dev.keylane.netfilter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which packets wait for which SA. Used by the thread that installs SAs and the one that hears of packets. */
final class HeldPackets {
    private final Map<Integer, List<Integer>> bySpi = new HashMap<>();
    private long held;

    /** From now on packets with this SPI are held. */
    synchronized void expect(int spi) {
        bySpi.putIfAbsent(spi, new ArrayList<>(0));
    }

    synchronized Set<Integer> expected() {
        return Set.copyOf(bySpi.keySet());
    }

    /** Whether the packet is to wait: none does for an SPI that nobody expects (any more), nor too many for one. */
    synchronized boolean hold(int spi, int packet) {
        List<Integer> waiting = bySpi.get(spi);
        if (waiting == null || waiting.size() == MOST) {
            return false;
        }
        waiting.add(packet);
        held++;
        return true;
    }

    /** What waits for an SPI, in the order in which it came; what comes meanwhile waits on. */
    synchronized List<Integer> take(int spi) {
        List<Integer> waiting = bySpi.replace(spi, new ArrayList<>(0));
        return waiting == null ? List.of() : waiting;
    }

    /** What waited for an SPI, in the order in which it came; nothing waits for it any more. */
    synchronized List<Integer> release(int spi) {
        List<Integer> waiting = bySpi.remove(spi);
        return waiting == null ? List.of() : waiting;
    }

    /** Nothing waits for another SPI than this one. */
    synchronized boolean onlyFor(int spi) {
        return bySpi.entrySet().stream().allMatch(waiting -> waiting.getKey() == spi || waiting.getValue().isEmpty());
    }

    /** Packets that have had to wait, ever. */
    synchronized long held() {
        return held;
    }

    /** So that the one SA that does not come leaves the others room in the kernel's queue. */
    static final int MOST = 8192;
}
