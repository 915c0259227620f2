package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.software.packet.IpPacket;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets through two kernels, in every mode, family and suite. */
class RoundTripTest {
    private static final IpAddress NET_LEFT = IpAddress.of("10.1.0.7");
    private static final IpAddress NET_RIGHT = IpAddress.of("10.2.0.9");
    private static final IpAddress NET_LEFT6 = IpAddress.of("2001:db8:1::7");
    private static final IpAddress NET_RIGHT6 = IpAddress.of("2001:db8:2::9");
    private static final List<SaAlgorithms> SUITES = List.of(
            new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null),
            new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 256, null),
            new SaAlgorithms(EncryptionAlgorithm.CHACHA20_POLY1305, 256, null),
            new SaAlgorithms(EncryptionAlgorithm.AES_CBC, 128, IntegrityAlgorithm.HMAC_SHA2_256_128),
            new SaAlgorithms(EncryptionAlgorithm.AES_CBC, 256, IntegrityAlgorithm.HMAC_SHA2_512_256));

    static Stream<Arguments> combinations() {
        return SUITES.stream().flatMap(suite -> Stream.of(false, true).flatMap(esn ->
                Stream.of("transport4", "transport6", "4in4", "6in4", "4in6", "6in6")
                        .map(shape -> Arguments.of(suite, esn, shape))));
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void whatGoesInComesOut(SaAlgorithms suite, boolean esn, String shape) {
        boolean outer6 = shape.endsWith("6");
        boolean tunnel = shape.contains("in");
        boolean inner6 = shape.startsWith("6") || shape.equals("transport6");
        IpAddress here = outer6 ? Pair.LEFT6 : Pair.LEFT;
        IpAddress there = outer6 ? Pair.RIGHT6 : Pair.RIGHT;
        IpAddress from = tunnel ? inner6 ? NET_LEFT6 : NET_LEFT : here;
        IpAddress to = tunnel ? inner6 ? NET_RIGHT6 : NET_RIGHT : there;
        SaSample sa = SaSample.out(here, there, 0x4001).replay(esn, 0)
                .algorithms(suite.encryption(), suite.keyBits(), suite.integrity());
        try (Pair pair = new Pair()) {
            pair.install(tunnel ? sa.tunnel() : sa, 64);
            Template template = new Template(here, there, tunnel ? SaSpec.Mode.TUNNEL : SaSpec.Mode.TRANSPORT,
                    SaSample.REQID, false);
            Pair.accept(pair.left, put(Pair.policy(PolicyId.Direction.OUT, Pair.hosts(from, to), template, false)));
            Pair.accept(pair.right, put(Pair.policy(PolicyId.Direction.IN, Pair.hosts(from, to), template, false)));
            for (int number = 0; number < 5; number++) {
                byte[] packet = Pair.udp(from, to, number);
                assertThat(pair.send(number % 4, packet)).isEqualTo(OutputResult.SENT);
                assertThat(pair.right.drops().values()).containsOnly(0L);
                IpPacket got = pair.atRight.remove();
                assertThat(got.toByteArray()).isEqualTo(packet);
                assertThat(UdpDatagram.of(got)).isNotNull();
            }
            SaInfo.Counters counted = new SaInfo.Counters(5, 5L * Pair.udp(from, to, 0).length, 0, 0);
            assertThat(Pair.info(pair.left, there, 0x4001).counters()).isEqualTo(counted);
            assertThat(Pair.info(pair.right, there, 0x4001).counters()).isEqualTo(counted);
        }
    }

    private static XfrmRequest put(PolicySpec policy) {
        return new XfrmRequest.NewPolicy(policy);
    }

    @Test
    void paddingForTrafficFlowConfidentialityDoesNotReachTheHost() {
        SaOptions padded = new SaOptions(0, Mark.NONE, false, false, false, false, false, 600);
        try (Pair pair = new Pair()) {
            pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, 0x4002).tunnel().options(padded), 32);
            Template template = new Template(Pair.LEFT, Pair.RIGHT, SaSpec.Mode.TUNNEL, SaSample.REQID, false);
            Pair.accept(pair.left, put(Pair.policy(PolicyId.Direction.OUT, Pair.hosts(NET_LEFT, NET_RIGHT), template,
                    false)));
            Pair.accept(pair.right, put(Pair.policy(PolicyId.Direction.FWD, Pair.hosts(NET_LEFT, NET_RIGHT), template,
                    false)));
            byte[] packet = Pair.udp(NET_LEFT, NET_RIGHT, 1);
            pair.send(0, packet);
            assertThat(pair.onWire.remove()).hasSizeGreaterThan(600);
            assertThat(pair.atRight.remove().toByteArray()).isEqualTo(packet);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"AES_GCM_16", "CHACHA20_POLY1305"})
    void everyFlippedBitIsRefusedAndCounted(EncryptionAlgorithm algorithm) {
        try (Pair pair = new Pair()) {
            pair.install(SaSample.out(Pair.LEFT, Pair.RIGHT, 0x4003).replay(true, 0)
                    .algorithms(algorithm, 256, null), 64);
            Pair.accept(pair.left, put(Pair.transport(PolicyId.Direction.OUT, false)));
            pair.cut = true;
            pair.send(0, 1);
            byte[] packet = pair.onWire.remove();
            for (int bit = 0; bit < packet.length * 8; bit++) {
                byte[] forged = packet.clone();
                forged[bit >> 3] ^= (byte) (0x80 >> (bit & 7));
                assertThat(pair.inputRight(forged)).as("bit %d", bit).isFalse();
            }
            assertThat(pair.atRight).isEmpty();
            assertThat(pair.right.drops().get(DropReason.IN_NO_STATE)).isEqualTo(32);
            long rest = packet.length * 8L - 32;
            SaInfo.Counters counters = Pair.info(pair.right, Pair.RIGHT, 0x4003).counters();
            // number 0 is none, and numbers of the end of the span before the first cannot be
            assertThat(counters.unauthentic() + counters.replayed()).isEqualTo(rest);
            assertThat(counters.packets()).isZero();
            assertThat(pair.inputRight(packet)).isTrue();
            assertThat(pair.inputRight(packet)).isFalse();
            assertThat(Pair.info(pair.right, Pair.RIGHT, 0x4003).counters().replayed())
                    .isEqualTo(counters.replayed() + 1);
        }
    }
}
