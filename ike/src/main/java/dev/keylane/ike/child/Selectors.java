package dev.keylane.ike.child;

import dev.keylane.ike.policy.TrafficSelector;
import java.util.List;
import java.util.stream.Collectors;

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

    /** As charon logs them: {@code 10.1.0.0/16 10.3.0.1/32 === 10.2.0.0/16}. */
    @Override
    public String toString() {
        return text(local) + " === " + text(remote);
    }

    private static String text(List<TrafficSelector> selectors) {
        return selectors.stream().map(TrafficSelector::toString).collect(Collectors.joining(" "));
    }
}
