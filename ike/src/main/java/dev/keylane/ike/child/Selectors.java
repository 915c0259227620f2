package dev.keylane.ike.child;

import dev.keylane.ike.policy.TrafficSelector;
import java.util.List;

/** The selectors of both sides, ours first whoever initiated. */
public record Selectors(List<TrafficSelector> local, List<TrafficSelector> remote) {
    public Selectors {
        local = List.copyOf(local);
        remote = List.copyOf(remote);
    }

    /** Both sides have at least one. */
    public boolean isComplete() {
        return !local.isEmpty() && !remote.isEmpty();
    }
}
