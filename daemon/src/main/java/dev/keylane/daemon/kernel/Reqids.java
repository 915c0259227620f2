package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.TrafficSelector;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Numbers that tie states to policies: from 1 upwards, one a connection, child and pair of selectors, so that all SAs
 * of a child and its trap share one. A number that fell out of use is given to the same child again as long as it is
 * remembered.
 */
final class Reqids {
    private final Map<Key, Lease> leases = new HashMap<>();
    private final Map<Key, Integer> remembered = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Integer> eldest) {
            return size() > MEMORY;
        }
    };
    private Set<Integer> fixed = Set.of();
    private Set<Integer> inherited = Set.of();
    private int next = 1;

    /** @param lane 0 for what is not a lane's own */
    private record Key(String connection, String child, Set<TrafficSelector> local, Set<TrafficSelector> remote, int lane) {
    }

    private record Lease(int reqid, int uses) {
    }

    /** Numbers the configuration gives to children; no other child gets them. */
    void reserve(PolicyBook book) {
        reserve(book.connections().stream().flatMap(connection -> connection.children().stream())
                .map(child -> child.kernel().reqid()).filter(reqid -> reqid != 0).collect(Collectors.toSet()));
    }

    void reserve(Set<Integer> numbers) {
        fixed = Set.copyOf(numbers);
        remembered.values().removeAll(numbers);
    }

    /** Numbers that SAs and policies of an earlier run have; nobody gets them. */
    void avoid(Set<Integer> numbers) {
        inherited = Set.copyOf(numbers);
    }

    /** What is installed from now on gets another number than what stands. */
    void renew(String connection, String child, Selectors selectors) {
        leases.keySet().removeIf(key -> key.equals(key(connection, child, selectors, key.lane())));
    }

    /** @param configured the child's fixed number, 0 for none */
    int lease(String connection, String child, Selectors selectors, int configured) {
        if (configured != 0) {
            return configured;
        }
        return lease(key(connection, child, selectors, 0));
    }

    /** One of a lane's own, which cannot be fixed. */
    int leaseLane(String connection, String child, Selectors selectors, int lane) {
        return lease(key(connection, child, selectors, lane));
    }

    private int lease(Key key) {
        Lease lease = leases.get(key);
        int reqid = lease == null ? fresh(key) : lease.reqid();
        leases.put(key, new Lease(reqid, lease == null ? 1 : lease.uses() + 1));
        return reqid;
    }

    /** @param reqid what was leased */
    void release(String connection, String child, Selectors selectors, int reqid) {
        release(key(connection, child, selectors, 0), reqid);
    }

    void releaseLane(String connection, String child, Selectors selectors, int lane, int reqid) {
        release(key(connection, child, selectors, lane), reqid);
    }

    private void release(Key key, int reqid) {
        leases.computeIfPresent(key, (_, lease) -> {
            if (lease.reqid() != reqid) {
                return lease;
            }
            if (lease.uses() > 1) {
                return new Lease(lease.reqid(), lease.uses() - 1);
            }
            remembered.put(key, lease.reqid());
            return null;
        });
    }

    private int fresh(Key key) {
        Integer known = remembered.remove(key);
        if (known != null) {
            return known;
        }
        while (fixed.contains(next) || inherited.contains(next)) {
            next++;
        }
        return next++;
    }

    private static Key key(String connection, String child, Selectors selectors, int lane) {
        return new Key(connection, child, Set.copyOf(selectors.local()), Set.copyOf(selectors.remote()), lane);
    }

    private static final int MEMORY = 4096;
}
