package dev.keylane.ike.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.exchange.NatDetection.Found;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NatDetectionTest {
    private static final IpEndpoint LEFT = new IpEndpoint(IpAddress.of("192.0.2.1"), 500);
    private static final IpEndpoint RIGHT = new IpEndpoint(IpAddress.of("2001:db8::2"), 500);
    private static final IkeHeader HEADER =
            new IkeHeader(0x0102030405060708L, 0, ExchangeType.IKE_SA_INIT, true, false, 0);
    private final JcaCrypto crypto = new JcaCrypto();

    @Test
    void theHashIsSha1OverSpisAddressAndPort() {
        Octets expected = crypto.sha1(Octets.ofHex("0102030405060708 0000000000000000 c0000201 01f4"));
        assertThat(sent(LEFT, RIGHT, false).getFirst()).isEqualTo(
                NotifyPayload.of(NotifyType.NAT_DETECTION_SOURCE_IP, expected));
    }

    @Test
    void aStraightWayHasNoNat() {
        assertThat(seen(sent(LEFT, RIGHT, false), RIGHT, LEFT)).isEqualTo(new Found(true, false, false));
    }

    @Test
    void eachEndsNatIsToldApart() {
        IpEndpoint translated = new IpEndpoint(IpAddress.of("203.0.113.9"), 40_000);
        assertThat(seen(sent(LEFT, RIGHT, false), RIGHT, translated)).isEqualTo(new Found(true, false, true));
        assertThat(seen(sent(LEFT, translated, false), RIGHT, LEFT)).isEqualTo(new Found(true, true, false));
        assertThat(seen(sent(LEFT, RIGHT, false), RIGHT, LEFT.withPort(501))).isEqualTo(new Found(true, false, true));
    }

    @Test
    void aSpoiltHashLooksLikeANat() {
        assertThat(seen(sent(LEFT, RIGHT, true), RIGHT, LEFT)).isEqualTo(new Found(true, false, true));
    }

    @Test
    void oneMatchAmongSeveralSourcesIsEnough() {
        List<NotifyPayload> many = new ArrayList<>(sent(LEFT.withPort(1), RIGHT, false));
        many.addAll(sent(LEFT, RIGHT, false));
        assertThat(seen(many, RIGHT, LEFT)).isEqualTo(new Found(true, false, false));
    }

    @Test
    void silenceMeansNoSupport() {
        assertThat(seen(List.of(), RIGHT, LEFT)).isEqualTo(new Found(false, false, false));
        assertThat(seen(sent(LEFT, RIGHT, false).subList(0, 1), RIGHT, LEFT).supported()).isFalse();
    }

    private List<NotifyPayload> sent(IpEndpoint from, IpEndpoint to, boolean fake) {
        return NatDetection.payloads(crypto, HEADER.spiInitiator(), 0, from, to, fake);
    }

    private Found seen(List<NotifyPayload> notifies, IpEndpoint local, IpEndpoint remote) {
        return NatDetection.examine(crypto, new IkeMessage(HEADER, List.copyOf(notifies)), local, remote);
    }
}
