package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.PolicySpec;
import java.util.List;

/**
 * What one child has of its configuration's lanes.
 *
 * @param reqid    of its outbound SA; all inbound ones share that of the lane for all, by which Linux checks what comes in
 * @param policies those that lead to its outbound SA and to no other
 */
record LaneShare(Lanes lanes, int reqid, List<PolicySpec> policies) {
    LaneShare {
        policies = List.copyOf(policies);
    }
}
