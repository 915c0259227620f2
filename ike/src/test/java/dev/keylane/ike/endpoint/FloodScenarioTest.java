package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.HalfOpenLimits;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.UnknownPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Floods of first requests, and peers that come meanwhile. */
class FloodScenarioTest {
    private static final AddressPattern LEFT = AddressPattern.of(IpAddress.of("192.0.2.1"));
    private static final HalfOpenLimits NARROW = new HalfOpenLimits(10, 3, 5, 100, Duration.ofSeconds(30));

    /** Right: knows left by {@code left}, and also speaks with anybody. */
    private static Pair pair(HalfOpenLimits limits, AddressPattern left) {
        Pair pair = Pair.toy(1, new EndpointSettings(500, 4500, EndpointSettings.Retransmission.DEFAULT, limits),
                Weather.FAIR);
        pair.left.load(Configs.LEFT.book(), pair.now);
        pair.right.load(knowing(Configs.RIGHT.book(), left), pair.now);
        return pair;
    }

    private static PolicyBook knowing(PolicyBook book, AddressPattern left) {
        return new PolicyBook(book.connections().stream().map(connection -> at(connection, left)).toList(),
                book.sharedKeys());
    }

    private static Connection at(Connection connection, AddressPattern remote) {
        return named(connection, connection.name(), new Endpoints(List.of(AddressPattern.ANY),
                remote == AddressPattern.ANY ? List.of(remote) : List.of(remote, AddressPattern.ANY), 0, 0));
    }

    private static Connection named(Connection connection, String name, Endpoints endpoints) {
        return new Connection(name, endpoints, connection.proposals(), connection.local(), connection.remote(),
                connection.options(), connection.children());
    }

    /** The left side's first request, which is then on its way. */
    private static Flood begin(Pair pair) {
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        return new Flood(pair, pair.left.seen(Effect.SendDatagram.class).getFirst().datagram(), 7);
    }

    private static void assertUp(Pair pair) {
        pair.drive();
        assertThat(pair.left.children()).as(() -> String.join("\n", pair.left.log())).hasSize(1);
        assertThat(pair.right.children()).hasSize(1);
        assertThat(pair.left.seen(Effect.RequestDone.class)).singleElement()
                .satisfies(done -> assertThat(done.failure()).isNull());
    }

    @Test
    void aHundredThousandSpoofedRequestsCostACookieEach() {
        Pair pair = pair(HalfOpenLimits.DEFAULT, LEFT);
        Flood flood = begin(pair);
        for (int shot = 0; shot < 100_000; shot++) {
            // Every other one comes in the name of the peer itself.
            IpEndpoint from = shot % 2 == 0 ? pair.left.address.withPort(1024 + shot % 60_000) : flood.anywhere();
            flood.send(from, flood.request());
            assertThat(pair.right.endpoint.halfOpen()).as("thirty, and the peer itself").isLessThanOrEqualTo(31);
            if (shot % 1000 == 0) {
                pair.drive(Duration.ofMillis(1));
                pair.now = pair.now.plusMillis(1);
            }
        }
        assertThat(pair.right.endpoint.cookiesSent()).isBetween(99_000L, 100_000L);
        assertThat(pair.right.log()).hasSizeLessThan(200);
        assertUp(pair);
        pair.advance(Duration.ofSeconds(31));
        assertThat(pair.right.endpoint.halfOpen()).isZero();
        assertThat(pair.right.endpoint.views()).hasSize(1);
    }

    @Test
    void cookiesThatComeBackFromEverywhereDoNotKeepAPeerOut() {
        for (AddressPattern left : List.of(LEFT, AddressPattern.ANY)) {
            Pair pair = pair(NARROW, left);
            Flood flood = begin(pair);
            for (int round = 0; round < 100; round++) {
                for (int shot = 0; shot < 20; shot++) {
                    flood.sendFromThere(flood.anywhere(), flood.request());
                    assertThat(pair.right.endpoint.halfOpen()).isLessThanOrEqualTo(76);
                }
                pair.drive(Duration.ofMillis(10));
                pair.now = pair.now.plusMillis(10);
            }
            assertThat(pair.right.endpoint.evicted()).isGreaterThan(1000);
            assertUp(pair);
        }
    }

    @Test
    void twoHundredTunnelsBetweenOnePairOfAddressesComeUpAtOnce() {
        Pair pair = pair(HalfOpenLimits.DEFAULT, LEFT);
        pair.left.load(tunnels(Configs.LEFT, "host1-%s", "host2", AddressPattern.ANY), pair.now);
        pair.right.load(tunnels(Configs.RIGHT, "host2", "host1-%s", LEFT), pair.now);
        for (int i = 0; i < 200; i++) {
            pair.left.initiate("t" + i, "bf", pair.right, pair.now);
        }
        pair.drive(Duration.ofMillis(500));
        assertThat(pair.right.children()).hasSize(200);
        assertThat(pair.left.children()).hasSize(200);
        assertThat(pair.right.seen(Effect.Dropped.class)).isEmpty();
        assertThat(pair.right.endpoint.halfOpen()).isZero();
    }

    private static PolicyBook tunnels(Configs configs, String own, String peer, AddressPattern remote) {
        List<Connection> connections = new ArrayList<>();
        List<SharedKey> keys = List.of();
        for (int i = 0; i < 200; i++) {
            PolicyBook one = configs.ids(own.formatted(i), peer.formatted(i)).book();
            connections.add(named(one.connections().getFirst(), "t" + i,
                    new Endpoints(List.of(AddressPattern.ANY), List.of(remote), 0, 0)));
            keys = List.of(new SharedKey("any", one.sharedKeys().getFirst().secret(), List.of()));
        }
        return new PolicyBook(connections, keys);
    }

    @Test
    void oneStrangerHasAFewPlacesAndAnAddressThatIsNamedMore() {
        Pair pair = pair(NARROW, LEFT);
        Flood flood = begin(pair);
        IpEndpoint stranger = new IpEndpoint(IpAddress.of("203.0.113.66"), 4711);
        for (int i = 0; i < 5; i++) {
            assertThat(Flood.drops(flood.sendFromThere(stranger, flood.request()))).isEmpty();
        }
        assertThat(Flood.drops(flood.sendFromThere(stranger, flood.request()))).containsExactly(DropReason.SOURCE_LIMIT);
        for (int i = 0; i < 20; i++) {
            assertThat(Flood.drops(flood.sendFromThere(pair.left.address.withPort(4711), flood.request()))).isEmpty();
        }
        assertThat(pair.right.endpoint.halfOpen()).isEqualTo(25);
        assertUp(pair);
    }

    @Test
    void aPrefixOfIpv6AddressesIsOneStranger() {
        Pair pair = pair(NARROW, LEFT);
        Flood flood = begin(pair);
        for (int i = 0; i < 6; i++) {
            IpEndpoint stranger = new IpEndpoint(IpAddress.of("2001:db8::" + (i + 1)), 500);
            assertThat(Flood.drops(flood.sendFromThere(stranger, flood.request())))
                    .isEqualTo(i < 5 ? List.of() : List.of(DropReason.SOURCE_LIMIT));
        }
        IpEndpoint neighbour = new IpEndpoint(IpAddress.of("2001:db8:0:1::1"), 500);
        assertThat(Flood.drops(flood.sendFromThere(neighbour, flood.request()))).isEmpty();
    }

    @Test
    void aCookieIsNoUseToAnybodyElse() {
        Pair pair = pair(new HalfOpenLimits(0, 3, 5, 100, Duration.ofSeconds(30)), LEFT);
        Flood flood = begin(pair);
        IpEndpoint owner = flood.anywhere();
        IkeMessage request = flood.request();
        Octets cookie = Flood.cookie(flood.send(owner, request)).orElseThrow();
        for (List<Effect> answer : List.of(flood.send(flood.anywhere(), Flood.withCookie(request, cookie)),
                flood.send(owner, Flood.withCookie(flood.request(), cookie)))) {
            assertThat(Flood.drops(answer)).containsExactly(DropReason.BAD_COOKIE);
            assertThat(Flood.cookie(answer)).isPresent().get().isNotEqualTo(cookie);
        }
        assertThat(pair.right.endpoint.isEmpty()).isTrue();
        assertThat(Flood.drops(flood.send(owner, Flood.withCookie(request, cookie)))).isEmpty();
        assertThat(pair.right.endpoint.halfOpen()).isEqualTo(1);
        pair.advance(Duration.ofMinutes(5));
        assertThat(Flood.drops(flood.send(owner, Flood.withCookie(request, cookie))))
                .containsExactly(DropReason.BAD_COOKIE);
    }

    @Test
    void whatIsKeptForStrangersIsBoundedInOctetsToo() {
        Pair pair = pair(new HalfOpenLimits(HalfOpenLimits.NEVER, HalfOpenLimits.NEVER, HalfOpenLimits.NEVER, 100,
                Duration.ofSeconds(30)), LEFT);
        Flood flood = begin(pair);
        assertThat(Flood.drops(flood.send(flood.anywhere(), flood.request(filler(8192)))))
                .containsExactly(DropReason.TOO_LARGE);
        for (int shot = 0; shot < 30; shot++) {
            flood.send(flood.anywhere(), flood.request(filler(7000)));
        }
        // Three quarters of 100 places of 2048 octets.
        assertThat(pair.right.endpoint.halfOpen()).isEqualTo(75 * 2048 / 7292).isPositive();
        assertThat(Flood.drops(flood.send(flood.anywhere(), flood.request(filler(7000)))))
                .containsExactly(DropReason.HALF_OPEN_LIMIT);
    }

    private static UnknownPayload filler(int length) {
        return new UnknownPayload(200, false, Octets.wrap(new byte[length]));
    }

    @Test
    void aFloodOfBadProposalsDoesNotKeepAPeerFromBeingToldTheRightGroup() {
        Pair pair = Pair.toy(1, EndpointSettings.DEFAULT, Weather.FAIR);
        pair.left.load(Configs.LEFT.suites("aes128-sha256-x25519-ecp256", "aes128gcm16").book(), pair.now);
        pair.right.load(Configs.RIGHT.suites("aes128-sha256-ecp256", "aes128gcm16").book(), pair.now);
        Flood flood = begin(pair);
        for (int shot = 0; shot < 10_000; shot++) {
            flood.send(flood.anywhere(), flood.request());
        }
        assertThat(pair.right.log()).as("refusals that are told, and logged").hasSize(100);
        assertThat(pair.right.endpoint.cookiesSent()).isEqualTo(9900);
        pair.drive(Duration.ofMillis(200));
        assertThat(pair.right.children()).hasSize(1);
    }

    @Test
    void aRepeatedRequestIsAnsweredSoOftenOnly() {
        Pair pair = pair(HalfOpenLimits.DEFAULT, LEFT);
        Flood flood = begin(pair);
        IpEndpoint victim = flood.anywhere();
        IkeMessage request = flood.request();
        long answered = 0;
        for (int shot = 0; shot < 1000; shot++) {
            answered += flood.send(victim, request).stream().filter(Effect.SendDatagram.class::isInstance).count();
        }
        assertThat(answered).isEqualTo(201);
    }
}
