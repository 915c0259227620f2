package dev.keylane.ike.child;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Traffic selector narrowing, RFC 7296 §2.9. */
public final class Narrowing {
    private Narrowing() {
    }

    /** The configured selectors of one side, {@code dynamic} replaced by its address. */
    public static List<TrafficSelector> resolve(List<TsPattern> patterns, IpAddress address) {
        return patterns.stream().map(pattern -> pattern.resolve(address)).toList();
    }

    /**
     * What a child may carry at the end that has {@code address}. In transport mode the hosts themselves talk, so a
     * net shrinks to the host in it; a peer would refuse the mode, or the selectors, for more.
     */
    public static List<TrafficSelector> carried(ChildConfig.Mode mode, List<TsPattern> patterns, IpAddress address) {
        List<TrafficSelector> configured = resolve(patterns, address);
        return mode == ChildConfig.Mode.TRANSPORT
                ? narrow(configured, List.of(TrafficSelector.subnet(address, address.bits()))) : configured;
    }

    /**
     * Everything that is both offered and configured, in the order of the offer: "the responder […] MUST include the
     * first […] selector" if it can, which order keeps. Empty when there is nothing.
     */
    public static List<TrafficSelector> narrow(List<TrafficSelector> offered, List<TrafficSelector> configured) {
        List<TrafficSelector> shared = new ArrayList<>();
        for (TrafficSelector theirs : offered) {
            for (TrafficSelector ours : configured) {
                Optional<TrafficSelector> both = theirs.intersect(ours);
                if (both.isPresent() && shared.size() < MOST) {
                    add(shared, both.get());
                }
            }
        }
        return List.copyOf(shared);
    }

    /** Whether every selector of {@code inner} lies within one of {@code outer}. */
    public static boolean within(List<TrafficSelector> inner, List<TrafficSelector> outer) {
        return inner.stream().allMatch(ts -> outer.stream().anyMatch(wide -> wide.contains(ts)));
    }

    /** Keeps no selector that another one contains. */
    private static void add(List<TrafficSelector> shared, TrafficSelector ts) {
        if (shared.stream().noneMatch(other -> other.contains(ts))) {
            shared.removeIf(ts::contains);
            shared.add(ts);
        }
    }

    /** RFC 7296 §3.13: the number of selectors is one octet; a kernel wants far fewer policies. */
    private static final int MOST = 64;
}
