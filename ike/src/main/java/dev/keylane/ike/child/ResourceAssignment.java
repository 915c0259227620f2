package dev.keylane.ike.child;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import java.util.List;

/**
 * Decides, as responder, which resource an additional SA with equal selectors serves (RFC 9611 §4: the one with the
 * fewest), and when there are enough.
 */
public interface ResourceAssignment {
    Answer assign(Demand demand);

    /**
     * What the peer wants one more of.
     *
     * @param local     our address
     * @param remote    the peer's
     * @param existing  resources of all SAs of the same child configuration and IKE SA, those being replaced included,
     *                  and those that are agreed on and not installed yet
     * @param elsewhere resources of those that this peer has by other IKE SAs with the same selectors
     * @param asked     resources of single CPUs that we ask the peer for at this moment
     */
    record Demand(ChildConfig config, IpAddress local, IpAddress remote, List<Resource> existing,
                  List<Resource> elsewhere, List<Resource> asked) {
        public Demand {
            existing = List.copyOf(existing);
            elsewhere = List.copyOf(elsewhere);
            asked = List.copyOf(asked);
        }
    }

    sealed interface Answer {
        record Assigned(Resource resource) implements Answer {
        }

        /** Refused with TS_MAX_QUEUE. */
        record QueueFull() implements Answer {
        }
    }
}
