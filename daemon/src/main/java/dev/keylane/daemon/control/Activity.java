package dev.keylane.daemon.control;

import dev.keylane.ike.sa.Effect.Asked;
import java.util.Map;

/**
 * What has come and gone since the start, and how long it took. Absent keys mean zero.
 *
 * @param ikeUps      IKE SAs that came up, by connection
 * @param ikeRekeys   IKE SAs that took another's place, by connection
 * @param ikeDowns    IKE SAs that were up and are gone without a successor, by connection
 * @param children    what became of Child SAs
 * @param initiations handshakes that we began and that succeeded
 * @param responses   handshakes that a peer began and that succeeded
 * @param answers     requests on established IKE SAs until the peer's answer
 */
public record Activity(Map<String, Long> ikeUps, Map<String, Long> ikeRekeys, Map<String, Long> ikeDowns,
                       Map<Child, Lives> children, LatencyCount initiations, LatencyCount responses,
                       Map<Asked, LatencyCount> answers) {
    public static final Activity NONE = new Activity(Map.of(), Map.of(), Map.of(), Map.of(), LatencyCount.NONE,
            LatencyCount.NONE, Map.of());

    public Activity {
        ikeUps = Map.copyOf(ikeUps);
        ikeRekeys = Map.copyOf(ikeRekeys);
        ikeDowns = Map.copyOf(ikeDowns);
        children = Map.copyOf(children);
        answers = Map.copyOf(answers);
    }

    public record Child(String connection, String name) {
    }

    /**
     * @param ups      Child SAs that came up, those that replace others included
     * @param downs    those that are gone, replaced ones included
     * @param failures those that were wanted here and did not come up
     */
    public record Lives(long ups, long downs, long failures) {
        public static final Lives NONE = new Lives(0, 0, 0);

        public Lives plus(Lives other) {
            return new Lives(ups + other.ups, downs + other.downs, failures + other.failures);
        }
    }
}
