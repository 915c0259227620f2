package dev.keylane.ike.child;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.TrafficSelector;
import java.util.List;

/**
 * Selectors of transport mode through a NAT, RFC 7296 §2.23.1: a host names the addresses it knows, so those that its
 * packets show here take their place. Both sides do it with what they receive.
 */
final class NatSelectors {
    private NatSelectors() {
    }

    /**
     * @param theirs ours first, as the peer wrote them
     * @param nat    whether there is a NAT on the way
     * @return the same, unless both a NAT and transport mode are there; then nothing is left of what is no host
     */
    static Selectors asSeen(Selectors theirs, Mode mode, Path path, boolean nat) {
        return nat && mode == Mode.TRANSPORT
                ? new Selectors(substitute(theirs.local(), path.local().address()),
                        substitute(theirs.remote(), path.remote().address()))
                : theirs;
    }

    /** "Both TSi and TSr […] contain exactly one IP address": others beside the first are not kept. */
    private static List<TrafficSelector> substitute(List<TrafficSelector> selectors, IpAddress seen) {
        return selectors.stream().filter(ts -> ts.start().equals(ts.end())
                        && ts.start().equals(selectors.getFirst().start()))
                .map(ts -> new TrafficSelector(ts.protocol(), ts.startPort(), ts.endPort(), seen, seen)).toList();
    }
}
