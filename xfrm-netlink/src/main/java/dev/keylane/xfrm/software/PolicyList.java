package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.software.packet.Flow;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Policies in their order, as packets go through them. Most are passed by for the first 32 bits of their destination,
 * which stand together here: looking at each policy takes several times as long.
 */
final class PolicyList {
    private final Policy[] policies;
    private final int[] masks;
    private final int[] nets;

    private PolicyList(Policy[] policies) {
        this.policies = policies;
        this.masks = new int[policies.length];
        this.nets = new int[policies.length];
        for (int i = 0; i < policies.length; i++) {
            Selector selector = policies[i].spec().id().selector();
            masks[i] = mask(selector.destinationPrefix());
            nets[i] = firstBits(selector.destination()) & masks[i];
        }
    }

    static PolicyList of(List<Policy> policies) {
        return new PolicyList(policies.toArray(Policy[]::new));
    }

    /** The first that has the flow. */
    @Nullable Policy find(Flow flow) {
        int destination = firstBits(flow.destination());
        for (int i = 0; i < policies.length; i++) {
            if ((destination & masks[i]) == nets[i] && policies[i].matches(flow)) {
                return policies[i];
            }
        }
        return null;
    }

    List<Policy> all() {
        return List.of(policies);
    }

    private static int mask(int prefix) {
        return prefix == 0 ? 0 : -1 << Math.max(0, Integer.SIZE - prefix);
    }

    private static int firstBits(IpAddress address) {
        int bits = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            bits = bits << Byte.SIZE | address.octets().get(i);
        }
        return bits;
    }
}
