package dev.keylane.daemon.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keylane.daemon.control.InitiateRequest;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.Timeout;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.XfrmEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShardTest extends TwoShards {
    private static final InitiateRequest BF = new InitiateRequest("bf", null, new Timeout(8000));
    private static final InitiateRequest BF_BRIEFLY = new InitiateRequest("bf", null, new Timeout(300));

    @Test
    void effectsAreCarriedOutInTheirOrder() throws Exception {
        assertThat(Rig.await(left.control.initiate(BF))).isEqualTo(Outcome.DONE);
        await().until(() -> right.trace.contains("kernel ChildUp"));
        assertThat(right.trace).containsSubsequence("network SendDatagram", "kernel IkeUp", "kernel InstallChild",
                "network SendDatagram", "kernel ChildUp");
        // Whoever looks on hears of an effect just before it happens.
        List<String> open = new ArrayList<>();
        for (String step : right.trace) {
            String effect = step.substring(step.indexOf(' ') + 1);
            if (step.startsWith("heard ")) {
                open.add(effect);
            } else {
                assertThat(open.getLast()).isEqualTo(effect);
            }
        }
    }

    @Test
    void whatBelongsToAnSaIsHandledBeforeWhatStrangersSend() throws Exception {
        assertThat(Rig.await(left.control.initiate(BF))).isEqualTo(Outcome.DONE);
        Effect.SendDatagram repeated = left.sent.getLast();
        Event.DatagramReceived ofSa =
                new Event.DatagramReceived(repeated.remote(), repeated.local(), repeated.datagram());
        Event.DatagramReceived noise =
                new Event.DatagramReceived(repeated.remote(), repeated.local(), Octets.of(1, 2, 3));
        right.trace.clear();
        right.loop.submit(() -> right.shard.onDatagrams(List.of(noise, noise, ofSa))).sync();
        assertThat(right.trace).containsSubsequence("network SendDatagram", "heard Dropped", "heard Dropped");
    }

    @Test
    void aThrowingCoreCostsTheEventAndNotTheLoop() throws Exception {
        left.noRandomness = true;
        assertThat(Rig.await(left.control.initiate(BF_BRIEFLY))).isInstanceOf(Outcome.Failed.class);
        assertThat(left.stats().ikeSas()).isZero();
        left.noRandomness = false;
        assertThat(Rig.await(left.control.initiate(BF))).isEqualTo(Outcome.DONE);
    }

    @Test
    void aThrowingKernelCostsTheEffectAndNotTheOthersOfItsStep() throws Exception {
        var before = left.kernel.seen;
        left.kernel.seen = effect -> {
            before.accept(effect);
            if (effect instanceof Effect.IkeUp) {
                throw new IllegalStateException("the kernel side's bug");
            }
        };
        assertThat(Rig.await(left.control.initiate(BF))).isEqualTo(Outcome.DONE);
        assertThat(left.trace).contains("kernel IkeUp", "kernel InstallChild", "kernel ChildUp");
    }

    @Test
    void aThrowingNetworkIsMadeUpForByRetransmission() throws Exception {
        left.noNetwork = true;
        left.loop.schedule(() -> left.noNetwork = false, 200, java.util.concurrent.TimeUnit.MILLISECONDS);
        assertThat(Rig.await(left.control.initiate(BF))).isEqualTo(Outcome.DONE);
        assertThat(left.trace).contains("heard Retransmitted");
    }

    @Test
    void aThrowingTimerNeitherStopsNorSpins() throws Exception {
        int[] calls = {0};
        left.peer = null;
        left.loop.submit(() -> {
            left.kernel.due = Optional.of(Instant.EPOCH);
            left.kernel.timer = () -> {
                calls[0]++;
                throw new IllegalStateException("the kernel side's bug");
            };
        }).sync();
        var waiting = left.control.initiate(BF).toCompletableFuture();
        await().atMost(Duration.ofSeconds(5)).until(() ->
                left.trace.stream().filter("heard Retransmitted"::equals).count() >= 3);
        // Always overdue: without a shortest wait there would be many thousands.
        assertThat(calls[0]).isBetween(3, 2000);
        assertThat(waiting).isNotDone();
    }

    @Test
    void anEventTheKernelSideFailsAtIsNotTheLast() throws Exception {
        left.loop.submit(() -> {
            left.kernel.timer = () -> {
                throw new IllegalStateException("the kernel side's bug");
            };
            left.shard.onKernelEvent(new XfrmEvent.Overrun());
            left.kernel.timer = () -> { };
        }).sync();
        assertThat(Rig.await(left.control.initiate(BF))).isEqualTo(Outcome.DONE);
    }

    @Test
    void anEventRaisedWhileOneIsHandledWaitsItsTurn() throws Exception {
        var before = left.kernel.seen;
        left.kernel.seen = effect -> {
            before.accept(effect);
            if (effect instanceof Effect.IkeUp) {
                left.shard.handle(new Event.TimeReached());
            }
        };
        assertThat(Rig.await(left.control.initiate(BF))).isEqualTo(Outcome.DONE);
        assertThat(left.stats().ikeSas()).isEqualTo(1);
    }
}
