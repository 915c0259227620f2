package dev.keylane.daemon.kernel;

import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.policy.TrafficSelector;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

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
    private int next = 1;

    private record Key(String connection, String child, Set<TrafficSelector> local, Set<TrafficSelector> remote) {
    }

    private record Lease(int reqid, int uses) {
    }

    /** Numbers the configuration gives to children; no other child gets them. */
    void reserve(Set<Integer> numbers) {
        fixed = Set.copyOf(numbers);
        remembered.values().removeAll(numbers);
    }

    /** @param configured the child's fixed number, 0 for none */
    int lease(String connection, String child, Selectors selectors, int configured) {
        if (configured != 0) {
            return configured;
        }
        Key key = key(connection, child, selectors);
        Lease lease = leases.get(key);
        int reqid = lease == null ? fresh(key) : lease.reqid();
        leases.put(key, new Lease(reqid, lease == null ? 1 : lease.uses() + 1));
        return reqid;
    }

    void release(String connection, String child, Selectors selectors, int configured) {
        if (configured != 0) {
            return;
        }
        Key key = key(connection, child, selectors);
        leases.computeIfPresent(key, (_, lease) -> {
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
        while (fixed.contains(next)) {
            next++;
        }
        return next++;
    }

    private static Key key(String connection, String child, Selectors selectors) {
        return new Key(connection, child, Set.copyOf(selectors.local()), Set.copyOf(selectors.remote()));
    }

    private static final int MEMORY = 4096;
}
