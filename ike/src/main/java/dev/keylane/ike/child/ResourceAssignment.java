package dev.keylane.ike.child;

import java.util.List;

/**
 * Decides, as responder, which resource an additional SA with equal selectors serves (RFC 9611 §4: the one with the
 * fewest), and when there are enough. Pure: the answer depends on the arguments alone.
 */
public interface ResourceAssignment {
    /**
     * @param existing resources of all SAs of the same child configuration and IKE SA, those being replaced included
     */
    Answer assign(List<Resource> existing);

    sealed interface Answer {
        record Assigned(Resource resource) implements Answer {
        }

        /** Refused with TS_MAX_QUEUE. */
        record QueueFull() implements Answer {
        }
    }
}
