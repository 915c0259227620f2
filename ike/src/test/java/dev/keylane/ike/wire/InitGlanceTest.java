package dev.keylane.ike.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InitGlanceTest {
    private static final NoncePayload NONCE = new NoncePayload(Octets.ofHex("000102030405060708090a0b0c0d0e0f"));
    private static final KePayload KEY = new KePayload(31, Octets.wrap(new byte[32]));
    private static final NotifyPayload COOKIE = NotifyPayload.of(NotifyType.COOKIE, Octets.of(1, 2, 3));
    private static final NotifyPayload OTHER = NotifyPayload.of(NotifyType.NAT_DETECTION_SOURCE_IP, Octets.of(9));

    private static Octets datagram(Payload... payloads) {
        return MessageCodec.encode(new IkeHeader(1, 0, ExchangeType.IKE_SA_INIT, true, false, 0), List.of(payloads));
    }

    private static InitGlance glance(Octets datagram) {
        return ((Envelope.Good) MessageCodec.open(datagram)).glance();
    }

    @Test
    void findsNonceAndCookieWhereverTheyAre() {
        InitGlance both = new InitGlance(NONCE.data(), COOKIE.data());
        assertThat(glance(datagram(COOKIE, KEY, NONCE, OTHER))).isEqualTo(both);
        assertThat(glance(datagram(OTHER, NONCE, KEY, COOKIE))).isEqualTo(both);
        assertThat(glance(datagram(KEY, NONCE, OTHER))).isEqualTo(new InitGlance(NONCE.data(), null));
        assertThat(glance(datagram(KEY, OTHER))).isEqualTo(new InitGlance(null, null));
        assertThat(glance(datagram())).isEqualTo(new InitGlance(null, null));
    }

    @Test
    void seesWhatTheWholeDecodingSees() {
        Random random = new Random(3);
        byte[] good = datagram(COOKIE, KEY, NONCE, OTHER).toByteArray();
        int decodable = 0;
        for (int shot = 0; shot < 100_000; shot++) {
            byte[] bytes = good.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[28 + random.nextInt(bytes.length - 28)] ^= (byte) (1 << random.nextInt(8));
            }
            Octets datagram = Octets.wrap(bytes);
            InitGlance glance = glance(datagram);
            if (MessageCodec.decode(datagram) instanceof Decoded.Ok ok) {
                decodable++;
                assertThat(glance).isEqualTo(new InitGlance(
                        ok.message().first(NoncePayload.class).map(NoncePayload::data).orElse(null),
                        ok.message().notify(NotifyType.COOKIE).map(NotifyPayload::data).orElse(null)));
            }
        }
        assertThat(decodable).isGreaterThan(10_000);
    }
}
