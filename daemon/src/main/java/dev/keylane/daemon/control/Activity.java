package dev.keylane.daemon.control;

import dev.keylane.ike.sa.Effect.Asked;
import java.util.Collections;
import java.util.HashMap;
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
        ikeUps = byName(ikeUps);
        ikeRekeys = byName(ikeRekeys);
        ikeDowns = byName(ikeDowns);
        children = byName(children);
        answers = Map.copyOf(answers);
    }

    /** Names that are counted (net-1, net-2 ...) have hashes side by side, over which the JDK's immutable maps go one by one. */
    private static <K, V> Map<K, V> byName(Map<K, V> map) {
        return Collections.unmodifiableMap(new HashMap<>(map));
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
