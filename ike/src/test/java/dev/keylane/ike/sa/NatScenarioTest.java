package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.NatBox;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.Octets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The left host sits behind a NAT, RFC 7296 §2.23. */
class NatScenarioTest {
    static final Configs INSIDE = tunnel(Configs.LEFT, "192.168.1.0", "192.168.2.0");
    static final Configs OUTSIDE = tunnel(Configs.RIGHT, "192.168.2.0", "192.168.1.0");
    private static final IpEndpoint ELSEWHERE = new IpEndpoint(IpAddress.of("203.0.113.9"), 4500);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theHostInsideInitiates(boolean v4) {
        Pair pair = behindNat(v4, INSIDE, OUTSIDE);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
        assertBehindNat(pair);
        assertThat(view(pair.right).path().remote()).isEqualTo(mapping(pair));
        assertThat(mapping(pair).port()).isNotEqualTo(4500);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theHostOutsideInitiatesToAForwardedPort(boolean v4) {
        Pair pair = behindNat(v4, INSIDE, OUTSIDE);
        pair.nat.forward(pair.left.address);
        pair.nat.forward(natPort(pair.left));
        pair.right.on(new Event.Initiate(1, "BFL-BFR", "bf", new Path(pair.right.address,
                pair.nat.mapped(pair.left.address)), Event.Trigger.OPERATOR), pair.now);
        pair.drive();
        assertBehindNat(pair);
    }

    private static void assertBehindNat(Pair pair) {
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(view(pair.left).nat()).isEqualTo(new IkeSaView.Nat(true, false, false));
        assertThat(view(pair.right).nat()).isEqualTo(new IkeSaView.Nat(false, true, false));
        assertThat(view(pair.left).path()).isEqualTo(new Path(natPort(pair.left), natPort(pair.right)));
        for (Host host : List.of(pair.left, pair.right)) {
            assertThat(host.children()).allMatch(child -> child.terms().udpEncap())
                    .extracting(ChildSa::path).containsOnly(view(host).path());
        }
    }

    @Test
    void onlyTheHostInsideSendsKeepalivesAndOnlyWhenItIsSilent() {
        Pair pair = keyed(INSIDE, OUTSIDE);
        int before = pair.right.received.size();
        pair.drive(Duration.ofSeconds(99));
        assertThat(pair.left.seen(Effect.SendKeepalive.class)).hasSize(4)
                .containsOnly(new Effect.SendKeepalive(natPort(pair.left), natPort(pair.right)));
        assertThat(pair.right.received.subList(before, before + 4)).containsOnly(Octets.of(0xff));
        assertThat(pair.right.seen(Effect.SendKeepalive.class)).isEmpty();
        assertThat(pair.right.seen(Effect.Dropped.class)).isEmpty();
    }

    @Test
    void livenessChecksKeepTheMappingAsWell() {
        Pair pair = keyed(INSIDE.tries(1, Duration.ofSeconds(15)), OUTSIDE);
        pair.drive(Duration.ofSeconds(99));
        assertThat(pair.left.seen(Effect.SendKeepalive.class)).isEmpty();
    }

    @Test
    void keepalivesCanBeSwitchedOff() {
        EndpointSettings usual = EndpointSettings.DEFAULT;
        Pair pair = new Pair(1, new EndpointSettings(usual.port(), usual.natPort(), usual.retransmission(),
                usual.halfOpen(), Duration.ZERO), Link.Weather.FAIR, "10.0.0.5", "198.51.100.2");
        pair.nat = new NatBox("203.0.113.1");
        HandshakeScenarioTest.keyed(pair, INSIDE, OUTSIDE);
        pair.drive(Duration.ofMinutes(10));
        assertThat(pair.left.seen(Effect.SendKeepalive.class)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"203.0.113.1", "203.0.113.77"})
    void theNextRequestFromInsideMovesEverything(String address) {
        Pair pair = keyed(INSIDE.tries(1, Duration.ofSeconds(30)), OUTSIDE);
        List<ChildSa> before = pair.right.children();
        pair.nat.remap(address);
        pair.advance(Duration.ofSeconds(40));
        Path path = new Path(natPort(pair.right), mapping(pair));
        assertThat(path.remote().address()).isEqualTo(IpAddress.of(address));
        assertThat(path).isNotEqualTo(before.getFirst().path());
        assertThat(view(pair.right).path()).isEqualTo(path);
        assertThat(pair.right.children()).isEqualTo(before.stream().map(child -> child.on(path)).toList());
        assertThat(view(pair.right).children()).extracting(child -> child.sa().path()).containsOnly(path);
        assertThat(pair.right.seen(Effect.MoveChildren.class)).hasSize(1);
        assertThat(pair.left.seen(Effect.Retransmitted.class)).isEmpty();
        pair.right.on(new Event.RekeyChild(7, pair.right.children().getFirst().id()), pair.now);
        pair.drive();
        assertThat(pair.right.seen(Effect.RequestDone.class)).containsExactly(new Effect.RequestDone(7, null));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    @Test
    void forgedMessagesFromElsewhereMoveNothing() {
        Pair pair = keyed(INSIDE.tries(1, Duration.ofSeconds(30)), OUTSIDE);
        Octets genuine = nextRequest(pair);
        byte[] forged = genuine.borrow().clone();
        forged[forged.length - 1] ^= 1;
        Path path = view(pair.right).path();
        pair.right.on(new Event.DatagramReceived(natPort(pair.right), ELSEWHERE, Octets.wrap(forged)), pair.now);
        assertUnmoved(pair, path);
    }

    @Test
    void aRepeatedRequestIsAnsweredWhereItCameFromAndMovesNothing() {
        Pair pair = keyed(INSIDE.tries(1, Duration.ofSeconds(30)), OUTSIDE);
        Octets request = nextRequest(pair);
        pair.right.on(new Event.DatagramReceived(natPort(pair.right), mapping(pair), request), pair.now);
        Path path = view(pair.right).path();
        pair.right.on(new Event.DatagramReceived(natPort(pair.right), ELSEWHERE, request), pair.now);
        assertThat(pair.right.seen(Effect.SendDatagram.class).getLast().remote()).isEqualTo(ELSEWHERE);
        assertUnmoved(pair, path);
    }

    @Test
    void theHostInsideFollowsNobody() {
        Pair pair = keyed(INSIDE, OUTSIDE.tries(1, Duration.ofSeconds(30)));
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.advance(Duration.ofSeconds(31));
        Octets request = pair.right.seen(Effect.SendDatagram.class).getLast().datagram();
        Path path = view(pair.left).path();
        pair.left.on(new Event.DatagramReceived(natPort(pair.left), ELSEWHERE, request), pair.now);
        assertThat(pair.left.seen(Effect.SendDatagram.class).getLast().remote()).isEqualTo(ELSEWHERE);
        assertThat(view(pair.left).path()).isEqualTo(path);
    }

    @Test
    void espFromElsewhereIsFollowedWhenThePeerAnswersThere() {
        Pair pair = keyed(INSIDE, OUTSIDE);
        pair.nat.remap();
        ChildSa child = pair.right.children().getFirst();
        pair.right.on(new Event.PeerMoved(child.id(), mapping(pair)), pair.now);
        pair.advance(Duration.ofSeconds(1));
        assertThat(view(pair.right).path().remote()).isEqualTo(mapping(pair));
        assertThat(pair.right.children()).extracting(ChildSa::path).containsOnly(view(pair.right).path());
    }

    @Test
    void espFromElsewhereIsNotFollowedWhenNobodyAnswersThere() {
        Pair pair = keyed(INSIDE, OUTSIDE);
        Path path = view(pair.right).path();
        ChildSa child = pair.right.children().getFirst();
        for (int i = 0; i < 3; i++) {
            pair.right.on(new Event.PeerMoved(child.id(), ELSEWHERE), pair.now);
        }
        assertThat(pair.right.seen(Effect.SendDatagram.class).stream().filter(s -> s.remote().equals(ELSEWHERE)))
                .as("asked once").hasSize(1);
        pair.advance(Duration.ofSeconds(1));
        assertUnmoved(pair, path);
        pair.right.on(new Event.RekeyChild(1, child.id()), pair.now);
        assertThat(pair.right.seen(Effect.SendDatagram.class).getLast().remote()).isEqualTo(path.remote());
    }

    @Test
    void theHostInsideDoesNotEvenAsk() {
        Pair pair = keyed(INSIDE, OUTSIDE);
        int sent = pair.left.seen(Effect.SendDatagram.class).size();
        pair.left.on(new Event.PeerMoved(pair.left.children().getFirst().id(), ELSEWHERE), pair.now);
        assertThat(pair.left.seen(Effect.SendDatagram.class)).hasSize(sent);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void transportModeNamesTheAddressesSeenOnTheWire(boolean v4) {
        Pair pair = behindNat(v4, Configs.LEFT, Configs.RIGHT);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
        assertSelectors(pair.left, pair.left.address.address(), pair.right.address.address());
        assertSelectors(pair.right, pair.right.address.address(), mapping(pair).address());
        pair.right.on(new Event.RekeyChild(7, pair.right.children().getFirst().id()), pair.now);
        pair.drive();
        assertThat(pair.right.seen(Effect.RequestDone.class)).containsExactly(new Effect.RequestDone(7, null));
        assertSelectors(pair.left, pair.left.address.address(), pair.right.address.address());
        assertSelectors(pair.right, pair.right.address.address(), mapping(pair).address());
    }

    private static void assertSelectors(Host host, IpAddress local, IpAddress remote) {
        assertThat(host.children()).as(() -> String.join("\n", host.log())).hasSize(1).allSatisfy(child -> {
            assertThat(child.terms().mode()).isEqualTo(ChildConfig.Mode.TRANSPORT);
            assertThat(child.terms().selectors().local()).containsExactly(TrafficSelector.subnet(local, local.bits()));
            assertThat(child.terms().selectors().remote())
                    .containsExactly(TrafficSelector.subnet(remote, remote.bits()));
        });
    }

    private static void assertUnmoved(Pair pair, Path path) {
        assertThat(view(pair.right).path()).isEqualTo(path);
        assertThat(pair.right.seen(Effect.MoveChildren.class)).isEmpty();
        assertThat(pair.right.children()).extracting(ChildSa::path).containsOnly(path);
    }

    /** The next liveness check from inside, which does not arrive. */
    private static Octets nextRequest(Pair pair) {
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.advance(Duration.ofSeconds(31));
        return pair.left.seen(Effect.SendDatagram.class).getLast().datagram();
    }

    static Pair keyed(Configs left, Configs right) {
        Pair pair = behindNat(true, left, right);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofSeconds(1));
        HandshakeScenarioTest.assertMirrored(pair);
        return pair;
    }

    static Pair behindNat(boolean v4, Configs left, Configs right) {
        Pair pair = v4 ? new Pair(1, EndpointSettings.DEFAULT, Link.Weather.FAIR, "10.0.0.5", "198.51.100.2")
                : new Pair(1, EndpointSettings.DEFAULT, Link.Weather.FAIR, "fd00::5", "2001:db8::2");
        pair.nat = new NatBox(v4 ? "203.0.113.1" : "2001:db8::1");
        HandshakeScenarioTest.load(pair, left, right);
        return pair;
    }

    private static Configs tunnel(Configs configs, String ours, String theirs) {
        return configs.mode(ChildConfig.Mode.TUNNEL).selectors(net(ours), net(theirs));
    }

    private static TsPattern net(String address) {
        return TsPattern.of(TrafficSelector.subnet(IpAddress.of(address), 24));
    }

    static IpEndpoint natPort(Host host) {
        return host.address.withPort(4500);
    }

    private static IpEndpoint mapping(Pair pair) {
        return pair.nat.mapped(natPort(pair.left));
    }

    static IkeSaView view(Host host) {
        assertThat(host.endpoint.views()).as(() -> String.join("\n", host.log())).hasSize(1);
        return host.endpoint.views().getFirst();
    }
}
