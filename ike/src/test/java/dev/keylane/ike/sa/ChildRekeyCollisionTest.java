package dev.keylane.ike.sa;

import static dev.keylane.ike.sa.ChildExchange.sends;
import static dev.keylane.ike.sa.ChildExchange.state;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.sa.ChildExchange.Kind;
import dev.keylane.ike.sa.ChildSaView.State;
import dev.keylane.ike.sim.Host;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Both sides rekey one Child SA at a time, RFC 7296 §2.8.1. The nonces are those of a's request, b's request, b's answer
 * and a's answer; each test runs with every one of them as the lowest, which makes its exchange the one that loses.
 */
class ChildRekeyCollisionTest {
    private static final String LOST = "CHILD_SA rekey collision lost";
    private ChildExchange x = ChildExchange.of(Kind.PLAIN);
    private int lowest;

    @AfterEach
    void nothingStays() {
        x.close();
    }

    static Stream<Arguments> fourNonces() {
        return nonces(4);
    }

    static Stream<Arguments> threeNonces() {
        return nonces(3);
    }

    private static Stream<Arguments> nonces(int count) {
        return Stream.of(Kind.values()).flatMap(kind -> IntStream.range(0, count).mapToObj(n -> Arguments.of(kind, n)));
    }

    private int nonce(int which) {
        return which == lowest ? 0 : 0xff;
    }

    /** Whether a's exchange has the lowest nonce, so that b's SA stays. */
    private boolean aLoses() {
        return lowest == 0 || lowest == 2;
    }

    private void begin(ChildExchange exchange, int lowestNonce) {
        x = exchange;
        lowest = lowestNonce;
        x.rekey(x.a, nonce(0));
        x.rekey(x.b, nonce(1));
    }

    /** Both requests arrive, and both answers are under way. */
    private void cross() {
        x.deliver(x.a, nonce(2));
        x.deliver(x.b, nonce(3));
    }

    @ParameterizedTest
    @MethodSource("fourNonces")
    void collision(Kind kind, int lowestNonce) {
        begin(ChildExchange.of(kind), lowestNonce);
        cross();
        x.deliver(x.b);
        x.deliver(x.a);
        assertJudged(x.a, aLoses());
        assertJudged(x.b, !aLoses());
        x.settleReplaced();
        assertSurvivor();
    }

    /** The loser deletes its own, the winner the old one, and each leaves the rest to the other. */
    private void assertJudged(Host host, boolean loses) {
        ChildSa ours = x.fresh(host).stream().filter(child -> isOurs(host, child)).findFirst().orElseThrow();
        assertThat(state(host, ours)).isEqualTo(loses ? State.DELETING : State.INSTALLED);
        assertThat(state(host, x.old(host))).isEqualTo(loses ? State.REKEYED : State.DELETING);
        assertThat(host.log().contains(LOST)).isEqualTo(loses);
        assertThat(sends(host, x.old(host))).isTrue();
    }

    private static boolean isOurs(Host host, ChildSa child) {
        return host.seen(Effect.ChildOffered.class).stream().anyMatch(offer -> offer.spiIn() == child.terms().spiIn());
    }

    private void assertSurvivor() {
        Host winner = aLoses() ? x.b : x.a;
        ChildSa stays = x.fresh(winner).stream().filter(child -> child.resource().equals(x.old(winner).resource()))
                .findFirst().orElseThrow();
        assertThat(winner.seen(Effect.InstallChild.class)).filteredOn(install -> install.child().equals(stays))
                .singleElement().satisfies(install -> assertThat(install.inboundFirst()).isFalse());
    }

    /** One side's proposals want forward secrecy and the other's do not, so one takes longer. */
    @ParameterizedTest
    @MethodSource("fourNonces")
    void collisionMixed(Kind kind, int lowestNonce) {
        begin(ChildExchange.of(kind, false, "aes128gcm16-x25519,aes128gcm16", "aes128gcm16,aes128gcm16-x25519"),
                lowestNonce);
        cross();
        x.settleReplaced();
        assertSurvivor();
    }

    @ParameterizedTest
    @MethodSource("fourNonces")
    void collisionDelayedResponse(Kind kind, int lowestNonce) {
        Effect.SendDatagram answer = delayedResponse(kind, lowestNonce);
        x.pair.deliver(answer);
        x.settleReplaced();
        assertSurvivor();
    }

    /** a has not got b's answer when b has already deleted the old SA or its own. */
    private Effect.SendDatagram delayedResponse(Kind kind, int lowestNonce) {
        begin(ChildExchange.of(kind), lowestNonce);
        cross();
        Effect.SendDatagram answer = x.pair.hold(x.b);
        x.deliver(x.a);
        assertJudged(x.b, !aLoses());
        x.deliver(x.b);
        assertThat(state(x.a, x.old(x.a))).isEqualTo(aLoses() ? State.DELETED : State.REKEYING);
        return answer;
    }

    /** b deletes what stays as well, before a knows that it is what stays. */
    @ParameterizedTest
    @MethodSource("fourNonces")
    void collisionDelayedResponseDelete(Kind kind, int lowestNonce) {
        Effect.SendDatagram answer = delayedResponse(kind, lowestNonce);
        x.deliver(x.a);
        ChildSa stays = x.fresh(x.b).stream().filter(child -> state(x.b, child) == State.INSTALLED
                && child.resource().equals(x.old(x.b).resource()) && isOurs(x.b, child) == aLoses()).findFirst()
                .orElseThrow();
        x.delete(x.b, stays);
        while (!x.pair.isSilent(x.b)) {
            x.deliver(x.b);
            if (!x.pair.isSilent(x.a)) {
                x.deliver(x.a);
            }
        }
        assertThat(x.fresh(x.a)).noneMatch(child -> child.terms().spiIn() == stays.terms().spiOut());
        x.pair.deliver(answer);
        if (aLoses()) {
            x.settleGone();
        } else {
            // The old SA was not b's to delete, and a's replacement is gone: a makes another one.
            x.settleReplaced();
        }
    }

    @ParameterizedTest
    @MethodSource("threeNonces")
    void collisionDelayedRequest(Kind kind, int lowestNonce) {
        Effect.SendDatagram request = delayedRequest(kind, lowestNonce);
        assertThat(state(x.b, x.old(x.b))).isEqualTo(State.DELETING);
        x.pair.deliver(request);
        x.deliver(x.b);
        assertThat(x.a.children()).doesNotContain(x.old(x.a));
        deliverAll();
        assertThat(x.a.log()).contains("received TEMPORARY_FAILURE notify, no CHILD_SA built");
        x.settleReplaced();
        assertThat(x.fresh(x.a)).extracting(ChildSa::resource).doesNotHaveDuplicates();
    }

    /** a's request is late; b rekeys without noticing, and its Delete of the old SA is under way. */
    private Effect.SendDatagram delayedRequest(Kind kind, int lowestNonce) {
        x = ChildExchange.of(kind);
        lowest = lowestNonce;
        x.rekey(x.a, nonce(0));
        Effect.SendDatagram request = x.pair.hold(x.a);
        x.rekey(x.b, nonce(1));
        x.deliver(x.b, nonce(2));
        x.deliver(x.a);
        return request;
    }

    /** What b has sent: where others follow the fallback, there is more than one message. */
    private void deliverAll() {
        while (!x.pair.isSilent(x.b)) {
            x.deliver(x.b);
        }
    }

    @ParameterizedTest
    @MethodSource("threeNonces")
    void collisionDelayedRequestMore(Kind kind, int lowestNonce) {
        Effect.SendDatagram request = delayedRequest(kind, lowestNonce);
        x.deliver(x.b);
        x.deliver(x.a);
        x.pair.deliver(request);
        assertAborted();
        x.settleReplaced();
    }

    @ParameterizedTest
    @MethodSource("threeNonces")
    void collisionDelayedRequestMoreDelete(Kind kind, int lowestNonce) {
        Effect.SendDatagram request = delayedRequest(kind, lowestNonce);
        x.deliver(x.b);
        x.deliver(x.a);
        x.delete(x.b, x.fresh(x.b).getFirst());
        while (!x.pair.isSilent(x.b)) {
            x.deliver(x.b);
            x.deliver(x.a);
        }
        x.pair.deliver(request);
        assertAborted();
        x.settleGone();
    }

    /** Being told that the old SA is not known, a neither tries again nor makes one anew: b has done so. */
    private void assertAborted() {
        deliverAll();
        // Busy is the one that might yet learn of the SA: where others follow the fallback.
        List<String> log = x.a.log();
        int refused = Math.max(log.indexOf("received CHILD_SA_NOT_FOUND notify, no CHILD_SA built"),
                log.indexOf("received TEMPORARY_FAILURE notify, no CHILD_SA built"));
        assertThat(refused).isNotNegative();
        assertThat(log.subList(refused, log.size())).noneMatch(line -> line.startsWith("establishing CHILD_SA bf"));
    }

    private static final String A_WANTS = "aes128gcm16-x25519-ecp256";
    private static final String B_WANTS = "aes128gcm16-ecp384-ecp256";

    @ParameterizedTest
    @MethodSource("fourNonces")
    void collisionKeInvalid(Kind kind, int lowestNonce) {
        begin(ChildExchange.of(kind, false, A_WANTS, B_WANTS), lowestNonce);
        x.deliver(x.a);
        x.deliver(x.b);
        assertThat(x.fresh(x.a)).isEmpty();
        assertThat(x.fresh(x.b)).isEmpty();
        x.deliver(x.a);
        x.deliver(x.b);
        cross();
        x.deliver(x.a);
        x.deliver(x.b);
        assertJudged(x.a, aLoses());
        assertJudged(x.b, !aLoses());
        x.settleReplaced();
        assertSurvivor();
    }

    @ParameterizedTest
    @MethodSource("threeNonces")
    void collisionKeInvalidDelayedRetry(Kind kind, int lowestNonce) {
        begin(ChildExchange.of(kind, false, A_WANTS, B_WANTS), lowestNonce);
        x.deliver(x.a);
        x.deliver(x.b);
        x.deliver(x.a);
        x.deliver(x.b);
        Effect.SendDatagram retry = x.pair.hold(x.a);
        x.deliver(x.b, nonce(2));
        x.deliver(x.a);
        x.pair.deliver(retry);
        deliverAll();
        assertThat(x.a.log()).contains("received TEMPORARY_FAILURE notify, no CHILD_SA built");
        x.settleReplaced();
    }

    /** The loser deletes the old SA as well, which is the winner's to do. */
    @ParameterizedTest
    @MethodSource("fourNonces")
    void collisionResponderIncorrectDelete(Kind kind, int lowestNonce) {
        begin(ChildExchange.of(kind), lowestNonce);
        cross();
        x.deliver(x.b);
        x.deliver(x.a);
        x.delete(aLoses() ? x.a : x.b);
        x.settleReplaced();
        assertSurvivor();
    }

    /** A peer that does not compare nonces deletes the old SA in any case and keeps what it has made. */
    @ParameterizedTest
    @MethodSource("fourNonces")
    void collisionUnawarePeer(Kind kind, int lowestNonce) {
        begin(ChildExchange.of(kind), lowestNonce);
        cross();
        x.deliver(x.b);
        x.deliver(x.a);
        Host loser = aLoses() ? x.a : x.b;
        boolean initiator = loser == x.pair.left;
        // What the loser would say of its own SA is lost for as long as the other one waits for it.
        x.pair.link.lose(header -> !header.response() && header.initiator() == initiator);
        x.pair.hold(loser);
        x.pass(Duration.ofSeconds(50));
        Host winner = aLoses() ? x.b : x.a;
        assertThat(winner.log()).anyMatch(line -> line.startsWith("peer did not delete CHILD_SA bf{"));
        x.pair.link.lose(_ -> false);
        x.settleReplaced();
        assertSurvivor();
    }
}
