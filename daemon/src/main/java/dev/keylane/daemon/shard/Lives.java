package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.Activity;
import dev.keylane.daemon.control.Activity.Child;
import dev.keylane.daemon.control.LatencyCount;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Effect.Asked;
import dev.keylane.ike.sa.HandshakeResult;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Comings and goings of SAs since the start, by the operator's names; on the shard's thread. */
final class Lives {
    private final Map<String, Long> ikeUps = new HashMap<>();
    private final Map<String, Long> ikeRekeys = new HashMap<>();
    private final Map<String, Long> ikeDowns = new HashMap<>();
    private final Map<Child, Activity.Lives> children = new HashMap<>();
    private final Map<Asked, LatencyCount> answers = new EnumMap<>(Asked.class);
    private LatencyCount initiations = LatencyCount.NONE;
    private LatencyCount responses = LatencyCount.NONE;

    void on(Effect effect) {
        switch (effect) {
            case Effect.IkeUp up -> ikeUps.merge(up.sa().connection(), 1L, Long::sum);
            case Effect.IkeRekeyed rekeyed -> ikeRekeys.merge(rekeyed.fresh().connection(), 1L, Long::sum);
            case Effect.IkeDown down -> {
                if (down.sa().established() != null) {
                    ikeDowns.merge(down.sa().connection(), 1L, Long::sum);
                }
            }
            case Effect.ChildUp up -> child(up.sa().connection(), up.child().sa().name(), UP);
            case Effect.ChildDown down -> child(down.sa().connection(), down.child().sa().name(), DOWN);
            case Effect.ChildFailed failed -> child(failed.connection(), failed.child(), FAILED);
            case Effect.Answered(Asked asked, Duration took) ->
                    answers.merge(asked, LatencyCount.NONE.plus(took), (all, _) -> all.plus(took));
            case Effect.HandshakeDone(boolean initiator, HandshakeResult result, Duration took) -> {
                if (result == HandshakeResult.ESTABLISHED) {
                    handshake(initiator, took);
                }
            }
            case Effect.Network _, Effect.RunCrypto _, Effect.Kernel _, Effect.Report _ -> {
            }
        }
    }

    private void handshake(boolean initiator, Duration took) {
        if (initiator) {
            initiations = initiations.plus(took);
        } else {
            responses = responses.plus(took);
        }
    }

    private void child(String connection, String name, Activity.Lives more) {
        children.merge(new Child(connection, name), more, Activity.Lives::plus);
    }

    Activity totals() {
        return new Activity(ikeUps, ikeRekeys, ikeDowns, children, initiations, responses, answers);
    }

    private static final Activity.Lives UP = new Activity.Lives(1, 0, 0);
    private static final Activity.Lives DOWN = new Activity.Lives(0, 1, 0);
    private static final Activity.Lives FAILED = new Activity.Lives(0, 0, 1);
}
