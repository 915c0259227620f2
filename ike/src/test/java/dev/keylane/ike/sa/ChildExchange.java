package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.sim.ToyCrypto;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Two hosts with an IKE SA, and the Child SA that a test is about: messages are brought over one by one, or held. Host
 * {@code a} is the one that begins; which of the two made the IKE SA must not matter.
 */
final class ChildExchange {
    /** What the Child SA serves. */
    enum Kind {
        /** One SA, RFC 7296. */
        PLAIN,
        /** The SA for all CPUs while four more serve one each, RFC 9611. */
        FALLBACK,
        /** One of those four. */
        CPU
    }

    final Pair pair;
    final Host a;
    final Host b;
    private final Kind kind;
    private final Set<Secret> shared = new HashSet<>();
    private final ChildSa oldA;
    private final ChildSa oldB;
    private final List<ChildSa> before;

    private ChildExchange(Kind kind, boolean swapped, Configs left, Configs right) {
        this.kind = kind;
        this.pair = Pair.toy(kind.ordinal() + 1, EndpointSettings.DEFAULT, Link.Weather.FAIR);
        load(pair.left, kind == Kind.PLAIN ? left : left.withPerCpuSas());
        load(pair.right, kind == Kind.PLAIN ? right : right.withPerCpuSas());
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        for (int cpu = 0; kind != Kind.PLAIN && cpu < 4; cpu++) {
            pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(cpu), pair.now);
        }
        pair.drive();
        this.a = swapped ? pair.right : pair.left;
        this.b = swapped ? pair.left : pair.right;
        this.oldA = a.children().get(kind == Kind.CPU ? 2 : 0);
        this.oldB = counterpart(oldA, b);
        this.before = a.children();
    }

    static ChildExchange of(Kind kind) {
        return new ChildExchange(kind, false, Configs.LEFT, Configs.RIGHT);
    }

    /** @param swapped whether the responder of the IKE SA begins */
    static ChildExchange of(Kind kind, boolean swapped) {
        return new ChildExchange(kind, swapped, Configs.LEFT, Configs.RIGHT);
    }

    static ChildExchange of(Kind kind, boolean swapped, String espA, String espB) {
        return new ChildExchange(kind, swapped, Configs.LEFT.withEsp(swapped ? espB : espA),
                Configs.RIGHT.withEsp(swapped ? espA : espB));
    }

    private void load(Host host, Configs configs) {
        PolicyBook book = configs.book();
        book.sharedKeys().forEach(key -> shared.add(key.secret()));
        host.load(book, pair.now);
    }

    /** The Child SA as this host has it. */
    ChildSa old(Host host) {
        return host == a ? oldA : oldB;
    }

    /** What took its place, youngest last. */
    List<ChildSa> fresh(Host host) {
        long newest = before.stream().mapToLong(ChildSa::id).max().orElse(0);
        return host.children().stream().filter(child -> child.id() > newest).toList();
    }

    static ChildSa counterpart(ChildSa child, Host peer) {
        return peer.children().stream().filter(other -> other.terms().spiIn() == child.terms().spiOut()).findFirst()
                .orElseThrow();
    }

    void rekey(Host host) {
        host.on(new Event.RekeyChild(0, old(host).id()), pair.now);
    }

    /** @param nonce first octet of the host's nonce in this exchange */
    void rekey(Host host, int nonce) {
        host.random.nonces(nonce);
        rekey(host);
    }

    void delete(Host host, ChildSa child) {
        host.on(new Event.TerminateChild(0, child.id(), false), pair.now);
    }

    void delete(Host host) {
        delete(host, old(host));
    }

    void deliver(Host from) {
        pair.deliver(from);
    }

    /** @param nonce first octet of the nonce that the receiver answers with */
    void deliver(Host from, int nonce) {
        (from == a ? b : a).random.nonces(nonce);
        pair.deliver(from);
    }

    static ChildSaView.State state(Host host, ChildSa child) {
        return host.endpoint.views().stream().flatMap(sa -> sa.children().stream())
                .filter(view -> view.sa().id() == child.id()).map(ChildSaView::state).findFirst()
                .orElse(ChildSaView.State.DELETED);
    }

    static boolean sends(Host host, ChildSa child) {
        Host.Installed installed = host.kernel.get(child.id());
        return installed != null && installed.sends();
    }

    /** Lets so much time pass. */
    void pass(Duration time) {
        Instant end = pair.now.plus(time);
        pair.drive(time);
        pair.now = end;
    }

    /** Lets everything come to its end, after which one pair is in the place of the old one. */
    void settleReplaced() {
        settle(before.size());
        assertThat(a.children()).as(this::logs).doesNotContain(oldA);
        assertThat(a.children().stream().filter(child -> child.resource().equals(oldA.resource()))).hasSize(1);
    }

    /** Lets everything come to its end, after which nothing is in the place of the old one. */
    void settleGone() {
        settle(before.size() - 1);
        assertThat(a.children()).as(this::logs).noneMatch(child -> child.resource().equals(oldA.resource()));
    }

    /** Lets everything come to its end: both sides have the same SAs, and nothing stays when they are closed. */
    private void settle(int pairs) {
        a.random.nonces(-1);
        b.random.nonces(-1);
        pair.drive(Duration.ofMinutes(4));
        assertThat(a.children()).as(this::logs).hasSize(pairs);
        if (pairs > 0) {
            HandshakeScenarioTest.assertMirrored(pair);
        }
        assertThat(b.children()).as(this::logs).hasSize(pairs);
        assertThat(a.endpoint.nextTimeout()).as("timer").isEmpty();
        assertThat(b.endpoint.nextTimeout()).as("timer").isEmpty();
    }

    /** Closes the IKE SA: nothing is left of it. */
    void close() {
        a.on(new Event.TerminateIke(0, a.endpoint.views().getFirst().id(), false), pair.now);
        pair.drive(Duration.ofMinutes(4));
        for (Host host : List.of(a, b)) {
            assertThat(host.kernel).isEmpty();
            assertThat(host.endpoint.isEmpty()).as("endpoint is empty").isTrue();
            assertThat(host.endpoint.nextTimeout()).isEmpty();
            assertThat(((ToyCrypto) host.crypto()).open(shared)).as("keys").isZero();
            assertThat(host.seen(Effect.ChildDown.class)).extracting(down -> down.child().sa().id())
                    .doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(
                            host.seen(Effect.ChildUp.class).stream().map(up -> up.child().sa().id()).toList());
        }
    }

    String logs() {
        return kind + "\n" + String.join("\n", a.log()) + "\n----\n" + String.join("\n", b.log());
    }
}
