package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IKE_SA_INIT and IKE_AUTH between two cores. */
class HandshakeScenarioTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
            aes128-sha256-x25519,          aes128gcm128-x25519-esn
            aes256-sha384-ecp384,          aes256gcm16-esn
            aes256-sha512-ecp256,          chacha20poly1305-noesn
            aes128gcm16-prfsha256-x25519,  aes128-sha256-noesn
            aes256gcm16-prfsha384-modp2048, aes256-sha512-esn
            chacha20poly1305-prfsha512-modp3072, aes256-sha384
            """)
    void bothSidesEndWithTheSameKeys(String ike, String esp) {
        Pair pair = new Pair(1);
        keyed(pair, Configs.LEFT.suites(ike, esp), Configs.RIGHT.suites(ike, esp));
        assertMirrored(pair);
        assertThat(pair.left.seen(Effect.RequestDone.class)).extracting(Effect.RequestDone::failure).containsOnlyNulls();
    }

    @ParameterizedTest
    @CsvSource({"TUNNEL, 192.0.2.1, 198.51.100.2", "TRANSPORT, 2001:db8::1, 2001:db8::2", "TUNNEL, 2001:db8::1, 2001:db8::2"})
    void modesAndFamilies(Mode mode, String leftAddress, String rightAddress) {
        Pair pair = new Pair(2, EndpointSettings.DEFAULT, Link.Weather.FAIR, leftAddress, rightAddress);
        keyed(pair, Configs.LEFT.mode(mode), Configs.RIGHT.mode(mode));
        assertMirrored(pair);
        assertThat(pair.left.children().getFirst().terms().mode()).isEqualTo(mode);
    }

    @Test
    void selectorsAreNarrowedToWhatBothWant() {
        TsPattern wide = TsPattern.of(TrafficSelector.subnet(IpAddress.of("10.0.0.0"), 8));
        TsPattern narrow = TsPattern.of(TrafficSelector.subnet(IpAddress.of("10.1.0.0"), 16));
        TsPattern other = TsPattern.of(TrafficSelector.subnet(IpAddress.of("172.16.0.0"), 12));
        Pair pair = new Pair(3);
        keyed(pair, Configs.LEFT.mode(Mode.TUNNEL).selectors(wide, other),
                Configs.RIGHT.mode(Mode.TUNNEL).selectors(other, narrow));
        assertMirrored(pair);
        assertThat(pair.left.children().getFirst().terms().selectors().local()).hasToString("[10.1.0.0/16]");
    }

    @Test
    void cookiesAreDemandedFromTheThresholdOn() {
        EndpointSettings wary = new EndpointSettings(500, 4500, EndpointSettings.Retransmission.DEFAULT, 0, 100,
                Duration.ofSeconds(30));
        Pair pair = new Pair(4, wary, Link.Weather.FAIR);
        keyed(pair, Configs.LEFT, Configs.RIGHT);
        assertMirrored(pair);
    }

    @Test
    void anotherGroupIsTriedWithTheSameProposals() {
        Pair pair = new Pair(5);
        keyed(pair, Configs.LEFT.suites("aes128-sha256-x25519-ecp256", "aes128gcm16"),
                Configs.RIGHT.suites("aes128-sha256-ecp256", "aes128gcm16"));
        assertMirrored(pair);
        assertThat(pair.left.log()).anyMatch(line -> line.contains("requested ECP_256"));
    }

    @Test
    void fakedNatMovesToTheNatPortsAndEncapsulates() {
        Pair pair = new Pair(6);
        keyed(pair, Configs.LEFT.encapsulated(), Configs.RIGHT.encapsulated());
        assertMirrored(pair);
        ChildSa child = pair.left.children().getFirst();
        assertThat(child.terms().udpEncap()).isTrue();
        assertThat(child.path().local().port()).isEqualTo(4500);
        assertThat(child.path().remote().port()).isEqualTo(4500);
        assertThat(pair.right.children().getFirst().path().remote().port()).isEqualTo(4500);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void roughWeatherOnlyDelays(long seed) {
        Pair pair = new Pair(seed, EndpointSettings.DEFAULT, Link.Weather.ROUGH);
        keyed(pair, Configs.LEFT, Configs.RIGHT);
        assertMirrored(pair);
    }

    @Test
    void wrongSecretLeavesNothing() {
        Pair pair = new Pair(7);
        keyed(pair, Configs.LEFT, Configs.RIGHT.psk("other"));
        assertFailed(pair, "received AUTHENTICATION_FAILED notify error");
        assertThat(pair.right.log()).contains("tried 1 shared key for 'host2' - 'host1', but MAC mismatched");
    }

    @Test
    void unknownIdentityLeavesNothing() {
        Pair pair = new Pair(8);
        keyed(pair, Configs.LEFT.ids("stranger", "host2"), Configs.RIGHT);
        assertFailed(pair, "received AUTHENTICATION_FAILED notify error");
        assertThat(pair.right.log()).contains("establishing IKE_SA failed, no matching peer config found");
    }

    @Test
    void noCommonProposalIsBelievedAfterTheFirstWait() {
        Pair pair = new Pair(9);
        keyed(pair, Configs.LEFT, Configs.RIGHT.suites("aes256-sha512-ecp384", "aes128gcm16"));
        assertFailed(pair, "received NO_PROPOSAL_CHOSEN notify error");
    }

    @Test
    void unacceptableSelectorsLeaveTheIkeSaUp() {
        TsPattern here = TsPattern.of(TrafficSelector.subnet(IpAddress.of("10.9.0.0"), 16));
        Pair pair = new Pair(10);
        keyed(pair, Configs.LEFT.mode(Mode.TUNNEL), Configs.RIGHT.mode(Mode.TUNNEL).selectors(here, here));
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.right.kernel).isEmpty();
        assertThat(pair.left.endpoint.views()).hasSize(1);
        assertThat(pair.left.log()).contains("received TS_UNACCEPTABLE notify, no CHILD_SA built");
    }

    @Test
    void aPeerThatIsNotThereIsGivenUp() {
        Pair pair = new Pair(11, EndpointSettings.DEFAULT, new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        load(pair, Configs.LEFT, Configs.RIGHT);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMinutes(5));
        assertFailed(pair, "peer not responding");
        assertThat(pair.left.seen(Effect.Retransmitted.class)).hasSize(5);
        List<Effect.SendDatagram> copies = pair.left.seen(Effect.SendDatagram.class);
        assertThat(copies).hasSize(6).allMatch(copy -> copy.equals(copies.getFirst()));
    }

    @Test
    void halfOpenSasAreForgotten() {
        Pair pair = new Pair(12);
        load(pair, Configs.LEFT, Configs.RIGHT);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive(Duration.ofMillis(12));
        assertThat(pair.right.endpoint.halfOpen()).isEqualTo(1);
        pair.link.weather(new Link.Weather(1, 0, Duration.ZERO, Duration.ZERO));
        pair.drive(Duration.ofSeconds(31));
        assertThat(pair.right.endpoint.halfOpen()).isZero();
        assertThat(pair.right.endpoint.views()).isEmpty();
    }

    static void load(Pair pair, Configs left, Configs right) {
        pair.left.load(left.book(), pair.now);
        pair.right.load(right.book(), pair.now);
    }

    static void keyed(Pair pair, Configs left, Configs right) {
        load(pair, left, right);
        pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
        pair.drive();
    }

    /** Every SA of one side is one of the other's, keys crossed. */
    static void assertMirrored(Pair pair) {
        assertThat(pair.left.kernel).as(() -> String.join("\n", pair.left.log())).isNotEmpty();
        assertThat(pair.right.kernel).hasSameSizeAs(pair.left.kernel);
        assertThat(pair.left.kernel.values()).allMatch(Host.Installed::sends);
        assertThat(pair.right.kernel.values()).allMatch(Host.Installed::sends);
        for (Host.Installed ours : pair.left.kernel.values()) {
            Host.Installed theirs = pair.right.kernel.values().stream()
                    .filter(other -> other.child().terms().spiIn() == ours.child().terms().spiOut()).findFirst()
                    .orElseThrow();
            assertThat(theirs.child().terms().spiOut()).isEqualTo(ours.child().terms().spiIn());
            assertThat(theirs.encryptionIn()).isEqualTo(ours.encryptionOut());
            assertThat(theirs.encryptionOut()).isEqualTo(ours.encryptionIn());
            assertThat(theirs.child().terms().suite()).isEqualTo(ours.child().terms().suite());
            assertThat(theirs.child().terms().selectors().local())
                    .isEqualTo(ours.child().terms().selectors().remote());
        }
    }

    private static void assertFailed(Pair pair, String reason) {
        assertThat(pair.left.seen(Effect.RequestDone.class)).extracting(Effect.RequestDone::failure)
                .containsExactly(reason);
        assertThat(pair.left.kernel).isEmpty();
        assertThat(pair.right.kernel).isEmpty();
        assertThat(pair.left.endpoint.views()).isEmpty();
        assertThat(pair.left.endpoint.nextTimeout()).isEmpty();
    }
}
