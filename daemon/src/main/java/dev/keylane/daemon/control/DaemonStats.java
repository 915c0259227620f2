package dev.keylane.daemon.control;

import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.HandshakeResult;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;

/**
 * Numbers about the whole daemon.
 *
 * @param since     when it started
 * @param ikeSas    of any state, half-open ones included
 * @param threads   event loops that own SAs
 * @param scheduled timers that are running
 * @param kernel    {@code xfrm} or {@code software}
 * @param steering  one a device and strategy in use
 * @param senders   children and peers with per-CPU SAs by how it is learned which CPUs send: {@code program} or
 *                  {@code acquires}
 * @param offloads  what was asked of devices
 * @param orphans   by the device that had them (empty for none), SAs of an earlier run that nobody could take over, removed
 *                  since the start
 */
public record DaemonStats(Instant since, int ikeSas, Strangers strangers, int threads, int scheduled, String kernel,
                          Counts counts, Population population, List<SteeringCount> steering,
                          Map<String, Long> senders, OffloadCounts offloads, Map<String, Long> orphans) {
    public DaemonStats {
        steering = List.copyOf(steering);
        senders = Map.copyOf(senders);
        orphans = Map.copyOf(orphans);
    }

    /**
     * Peers that have not authenticated.
     *
     * @param halfOpen IKE SAs that wait for it
     * @param cookies  how often one was asked for a cookie
     * @param evicted  IKE SAs that had to make room while they waited
     */
    public record Strangers(int halfOpen, long cookies, long evicted) {
        public static final Strangers NONE = new Strangers(0, 0, 0);
    }

    /** How many SAs there are. Absent keys mean zero; the kernel is not asked. */
    public record Population(Map<IkeSaView.State, Long> ikeSas, Map<Kind, Long> childSas) {
        public static final Population NONE = new Population(Map.of(), Map.of());

        public Population {
            ikeSas = Map.copyOf(ikeSas);
            childSas = Map.copyOf(childSas);
        }

        /**
         * Child SAs that are counted together.
         *
         * @param lane whether the resource is a lane, not a CPU
         */
        public record Kind(ChildSaView.State state, Resource resource, boolean lane) {
            public Kind(ChildSaView.State state, Resource resource) {
                this(state, resource, false);
            }
        }

        /** @param lanes tells by its id whether a child is for a lane */
        public static Population of(List<IkeSaView> sas, LongPredicate lanes) {
            Map<IkeSaView.State, Long> ike = new HashMap<>();
            Map<Kind, Long> children = new HashMap<>();
            for (IkeSaView sa : sas) {
                ike.merge(sa.state(), 1L, Long::sum);
                for (ChildSaView child : sa.children()) {
                    children.merge(new Kind(child.state(), child.sa().resource(), lanes.test(child.sa().id())), 1L, Long::sum);
                }
            }
            return new Population(ike, children);
        }
    }

    /**
     * Totals since the start. Absent keys mean zero.
     *
     * @param childrenFailed Child SAs that were wanted here and did not come up; what a peer asked for is not counted
     */
    public record Counts(Map<HandshakeResult, Long> initiated, Map<HandshakeResult, Long> responded,
                         Map<DropReason, Long> dropped, long retransmitted, long childrenFailed) {
        public static final Counts NONE = new Counts(Map.of(), Map.of(), Map.of(), 0, 0);

        public Counts {
            initiated = Map.copyOf(initiated);
            responded = Map.copyOf(responded);
            dropped = Map.copyOf(dropped);
        }
    }
}
