package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.Activity;
import dev.keylane.daemon.control.DaemonStats.Population.Kind;
import dev.keylane.daemon.control.Happening;
import dev.keylane.daemon.control.InitiateRequest;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.SaSelector;
import dev.keylane.daemon.control.Status;
import dev.keylane.daemon.control.TerminateOutcome;
import dev.keylane.daemon.control.TerminateRequest;
import dev.keylane.daemon.control.Timeout;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.HandshakeResult;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class ShardControlTest extends TwoShards {
    private static final SaSelector CHILD_BF = new SaSelector("bf", null, null, null);
    private static final SaSelector IKE = new SaSelector(null, "left-right", null, null);

    private Outcome initiate(String child, long millis) throws Exception {
        return Rig.await(left.control.initiate(new InitiateRequest(child, null, new Timeout(millis))));
    }

    private TerminateOutcome terminate(SaSelector selector, boolean force, long millis) throws Exception {
        return Rig.await(left.control.terminate(new TerminateRequest(selector, force, new Timeout(millis))));
    }

    @Test
    void anUnknownChildIsToldByName() throws Exception {
        assertThat(initiate("nope", 0)).isEqualTo(new Outcome.Failed("CHILD_SA config 'nope' not found"));
    }

    @Test
    void aSilentPeerTakesNoLongerThanTheTimeout() throws Exception {
        left.peer = null;
        assertThat(initiate("bf", 200)).isEqualTo(new Outcome.Failed("CHILD_SA 'bf' not established after 200ms"));
        assertThat(initiate("bf", -1)).isEqualTo(Outcome.DONE);
        // The peer comes back: what nobody waits for any more is established all the same.
        left.peer = right;
        assertThat(initiate("bf", 8000)).isEqualTo(Outcome.DONE);
        assertThat(left.stats().ikeSas()).isEqualTo(1);
    }

    @Test
    void whoGoesAwayIsNotAnsweredAndTheSaComesUp() throws Exception {
        left.peer = null;
        CompletableFuture<?> gone = new CompletableFuture<>();
        CompletionStage<Outcome> answer = left.control.initiate(new InitiateRequest("bf", null, Timeout.FOREVER), gone);
        assertThat(left.stats().ikeSas()).isEqualTo(1);
        assertThat(answer.toCompletableFuture()).isNotDone();
        gone.complete(null);
        assertThat(Rig.await(answer)).isInstanceOf(Outcome.Failed.class);
        left.peer = right;
        assertThat(initiate("bf", 8000)).isEqualTo(Outcome.DONE);
        assertThat(left.stats().ikeSas()).isEqualTo(1);
    }

    /** Nobody else would tell: no SA is begun, and no message goes out. */
    @Test
    void whatFailsBeforeThePeerIsAskedIsCountedAndIsAnEvent() throws Exception {
        String reason = "children.bf.hw_offload = packet: packets to 127.0.0.3 leave by lo, not by nic1";
        left.kernel.against = Optional.of(reason);
        assertThat(initiate("bf", 0)).isEqualTo(new Outcome.Failed(reason));
        assertThat(initiate("bf", 0)).isEqualTo(new Outcome.Failed(reason));
        Status status = Rig.await(left.control.status());
        assertThat(status.activity().children()).containsEntry(new Activity.Child("left-right", "bf"),
                new Activity.Lives(0, 0, 2));
        assertThat(status.stats().counts().childrenFailed()).isEqualTo(2);
        assertThat(status.recent()).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(Happening.Kind.CHILD_FAILED);
            assertThat(event.reason()).isEqualTo(reason);
            assertThat(event.times()).isEqualTo(2);
        });
        assertThat(left.sent).isEmpty();
    }

    /** The name is looked up again for whoever waits for the outcome, and what has waited for it starts. */
    @Test
    void aNameWithoutAnAddressIsLookedUpAgainWhenItIsNeeded() throws Exception {
        Connection known = Rig.await(left.control.book()).connections().getFirst();
        Endpoints endpoints = known.endpoints();
        Rig.await(left.control.unloadConnection(known.name()));
        Rig.await(left.control.loadConnection(known.with(new Endpoints(endpoints.local(),
                List.of(AddressPattern.unresolved("right.example")), 0, 0))));
        left.control.onUnresolved(_ -> new CompletableFuture<>().completeOnTimeout(null, 1, TimeUnit.MILLISECONDS));
        String failure = "unable to resolve right.example, initiate aborted";
        assertThat(initiate("bf", -1)).isEqualTo(new Outcome.Failed(failure));
        assertThat(initiate("bf", 8000)).isEqualTo(new Outcome.Failed(failure));
        assertThat(Rig.await(left.control.status()).recent().getFirst().reason()).isEqualTo(failure);
        left.control.onUnresolved(names -> {
            left.control.resolved(Map.of(names.iterator().next(), List.of(endpoints.firstRemote().orElseThrow())));
            return CompletableFuture.completedStage(names);
        });
        assertThat(initiate("bf", 8000)).isEqualTo(Outcome.DONE);
    }

    private static Connection starting(Connection known, Endpoints endpoints) {
        ChildConfig child = known.children().getFirst();
        ChildActions actions = new ChildActions(false, true, ChildActions.OnLoss.CLEAR, ChildActions.OnLoss.CLEAR, "");
        return new Connection(known.name(), endpoints, known.proposals(), known.local(), known.remote(), known.options(),
                List.of(new ChildConfig(child.name(), child.mode(), child.proposals(), child.localTs(), child.remoteTs(), actions,
                        child.lifetime(), child.perCpu(), child.kernel(), child.perCpuOptions())));
    }

    /** Both the operator and start_action want it as soon as the name has an address. */
    @Test
    void whatStartsByItselfIsNotBegunTwiceForWhoeverWaitsForItsName() throws Exception {
        Connection known = Rig.await(left.control.book()).connections().getFirst();
        Endpoints endpoints = known.endpoints();
        Rig.await(left.control.unloadConnection(known.name()));
        Rig.await(left.control.loadConnection(starting(known, new Endpoints(endpoints.local(),
                List.of(AddressPattern.unresolved("right.example")), 0, 0))));
        left.control.onUnresolved(names -> {
            left.control.resolved(Map.of(names.iterator().next(), List.of(endpoints.firstRemote().orElseThrow())));
            return CompletableFuture.completedStage(names);
        });
        assertThat(initiate("bf", 8000)).isEqualTo(Outcome.DONE);
        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(10)).untilAsserted(() ->
                assertThat(Rig.await(left.control.sas())).singleElement()
                        .satisfies(sa -> assertThat(sa.children()).hasSize(1)));
    }

    @Test
    void whoMindsLimitsWaitsForHalfOpenIkeSas() throws Exception {
        try (Rig narrow = new Rig(new EndpointSettings(500, 4500, Rig.SETTINGS.retransmission(), 30, 1,
                Duration.ofSeconds(30)))) {
            narrow.load("left.conf");
            InitiateRequest limited = new InitiateRequest("bf", null, Timeout.NO_WAIT, true);
            assertThat(Rig.await(narrow.control.initiate(limited))).isEqualTo(Outcome.DONE);
            assertThat(Rig.await(narrow.control.initiate(limited))).isEqualTo(new Outcome.Failed(
                    "establishing CHILD_SA 'bf' not possible at the moment due to limits"));
            assertThat(Rig.await(narrow.control.initiate(new InitiateRequest("bf", null, Timeout.NO_WAIT))))
                    .isEqualTo(Outcome.DONE);
        }
    }

    @Test
    void terminateCountsWhatIsGone() throws Exception {
        assertThat(terminate(CHILD_BF, false, 1000)).isEqualTo(TerminateOutcome.of(0, 0));
        assertThat(terminate(SaSelector.ANY, false, 1000)).isEqualTo(TerminateOutcome.NO_SELECTOR);
        initiate("bf", 8000);
        initiate("bf", 8000);
        assertThat(terminate(CHILD_BF, false, 8000)).isEqualTo(new TerminateOutcome(2, 2, null));
        assertThat(left.stats().ikeSas()).isEqualTo(1);
        assertThat(terminate(IKE, false, 8000)).isEqualTo(new TerminateOutcome(1, 1, null));
        assertThat(left.stats().ikeSas()).isZero();
        assertThat(right.stats().ikeSas()).isZero();
    }

    @Test
    void terminateDoesNotWaitForASilentPeerForEver() throws Exception {
        initiate("bf", 8000);
        left.peer = null;
        assertThat(terminate(IKE, false, 200)).isEqualTo(new TerminateOutcome(1, 0, "terminating SA failed"));
        assertThat(terminate(IKE, true, 1000)).isEqualTo(new TerminateOutcome(1, 1, null));
        assertThat(left.stats().ikeSas()).isZero();
    }

    @Test
    void closingAllTurnsNewcomersAway() throws Exception {
        initiate("bf", 8000);
        assertThat(Rig.await(left.control.closeAll())).isEqualTo(new TerminateOutcome(1, 1, null));
        assertThat(left.kernel.book).isEqualTo(PolicyBook.EMPTY);
        var theirs = right.control.initiate(new InitiateRequest("bf", null, new Timeout(500)));
        assertThat(Rig.await(theirs)).isInstanceOf(Outcome.Failed.class);
        assertThat(left.stats().ikeSas()).isZero();
    }

    @Test
    void statsTellStatesWithoutAskingTheKernel() throws Exception {
        initiate("bf", 8000);
        var stats = left.stats();
        assertThat(stats.population().ikeSas()).isEqualTo(Map.of(IkeSaView.State.ESTABLISHED, 1L));
        assertThat(stats.population().childSas())
                .isEqualTo(Map.of(new Kind(ChildSaView.State.INSTALLED, Resource.FALLBACK), 1L));
        assertThat(stats.counts().initiated()).isEqualTo(Map.of(HandshakeResult.ESTABLISHED, 1L));
        assertThat(right.stats().counts().responded()).isEqualTo(Map.of(HandshakeResult.ESTABLISHED, 1L));
        assertThat(stats.kernel()).isEqualTo("fake");
    }
}
