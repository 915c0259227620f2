package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.IkeOptions.Fragmentation;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.FragmentPayload;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7383 between two cores: IKE_AUTH is what is too large. */
class FragmentationScenarioTest {
    private static final String LONG_NAME = "host-with-a-name-that-is-longer-than-any-" + "x".repeat(200) + ".example";
    private static final Configs LEFT = Configs.LEFT.ids(LONG_NAME + "1", LONG_NAME + "2");
    private static final Configs RIGHT = Configs.RIGHT.ids(LONG_NAME + "2", LONG_NAME + "1");

    @ParameterizedTest
    @CsvSource(textBlock = """
            aes128-sha256-x25519,          200
            aes256-sha512-ecp256,          300
            aes128gcm16-prfsha256-x25519,  250
            aes256gcm16-prfsha384-x25519,  400
            chacha20poly1305-prfsha512-x25519, 200
            """)
    void largeHandshakesGoInSmallDatagrams(String ike, int size) {
        Pair pair = pair(1, size, size, Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, LEFT.suites(ike, "aes128gcm16"), RIGHT.suites(ike, "aes128gcm16"));
        HandshakeScenarioTest.assertMirrored(pair);
        for (Host host : List.of(pair.left, pair.right)) {
            assertThat(fragments(host)).hasSizeGreaterThan(1).allMatch(datagram -> datagram.length() + 20 + 8 <= size);
            assertThat(host.seen(Effect.Dropped.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
    void lossOnlyDelays(long seed) {
        Pair pair = pair(seed, 300, 300, Weather.ROUGH);
        HandshakeScenarioTest.keyed(pair, LEFT.tries(5, Duration.ZERO), RIGHT);
        pair.drive(Duration.ofMinutes(20));
        HandshakeScenarioTest.assertMirrored(pair);
    }

    /** RFC 7383 §2.6.1: every fragment is sent again, the same octets. */
    @Test
    void allFragmentsAreRepeated() {
        Pair pair = pair(12, 200, 200, Weather.FAIR);
        HandshakeScenarioTest.load(pair, LEFT, RIGHT);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMillis(20));
        pair.link.weather(new Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.drive(Duration.ofSeconds(5));
        List<Octets> sent = fragments(pair.left);
        assertThat(sent).hasSizeGreaterThan(4);
        int half = sent.size() / 2;
        assertThat(sent.subList(half, sent.size())).isEqualTo(sent.subList(0, half));
    }

    @ParameterizedTest
    @CsvSource({"NO, YES, false, false", "YES, NO, false, false", "ACCEPT, YES, false, true", "YES, ACCEPT, true, false",
        "FORCE, YES, true, true"})
    void eachSideDoesWhatItIsToldAndWhatTheOtherTakes(Fragmentation left, Fragmentation right, boolean leftSends,
                                                      boolean rightSends) {
        Pair pair = pair(13, 300, 300, Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, LEFT.fragmentation(left), RIGHT.fragmentation(right));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(fragments(pair.left).isEmpty()).isEqualTo(!leftSends);
        assertThat(fragments(pair.right).isEmpty()).isEqualTo(!rightSends);
    }

    @Test
    void theFirstExchangeIsNeverCut() {
        Pair pair = pair(14, 200, 200, Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, LEFT.suites("aes128-sha256-modp3072", "aes128gcm16"),
                RIGHT.suites("aes128-sha256-modp3072", "aes128gcm16"));
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(fragments(pair.left)).allMatch(
                datagram -> message(datagram).header().exchange() != ExchangeType.IKE_SA_INIT);
    }

    /** The answer follows what the way has proved to carry. */
    @Test
    void theResponderCutsNoCoarserThanTheInitiator() {
        Pair pair = pair(15, 250, 1280, Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, LEFT, RIGHT);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(fragments(pair.right)).hasSizeGreaterThan(1).allMatch(datagram -> datagram.length() <= 250);
    }

    @Test
    void theHeadersOfIpv6LeaveLessRoom() {
        EndpointSettings settings = EndpointSettings.DEFAULT.withMessages(new MessageOptions(64, 300));
        Pair pair = new Pair(16, settings, Weather.FAIR, "2001:db8::1", "2001:db8::2");
        HandshakeScenarioTest.keyed(pair, LEFT, RIGHT);
        HandshakeScenarioTest.assertMirrored(pair);
        assertThat(fragments(pair.left)).hasSizeGreaterThan(1).allMatch(datagram -> datagram.length() <= 300 - 40 - 8);
    }

    private static Pair pair(long seed, int left, int right, Weather weather) {
        return new Pair(seed, EndpointSettings.DEFAULT.withMessages(new MessageOptions(64, left)),
                EndpointSettings.DEFAULT.withMessages(new MessageOptions(64, right)), weather);
    }

    private static List<Octets> fragments(Host host) {
        return host.seen(Effect.SendDatagram.class).stream().map(Effect.SendDatagram::datagram)
                .filter(datagram -> message(datagram).first(FragmentPayload.class).isPresent()).toList();
    }

    private static IkeMessage message(Octets datagram) {
        return ((Decoded.Ok) MessageCodec.decode(datagram)).message();
    }
}
