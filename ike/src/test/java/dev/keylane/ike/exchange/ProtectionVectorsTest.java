package dev.keylane.ike.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.HexFile;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Protected messages that other implementations made. */
class ProtectionVectorsTest {
    private final Crypto crypto = new JcaCrypto();

    @ParameterizedTest
    @EnumSource(Suites.class)
    void sealsToTheKnownOctets(Suites suite) {
        HexFile known = HexFile.read("exchange/" + suite.resource());
        IkeMessage message = outer(known);
        Octets iv = known.get("IV");
        Octets sealed = Protection.seal(crypto, keys(known, suite.suite()), message.header(), inner(known, 35),
                suite.suite().encryption().isAead() ? u64(iv) : -1, count -> iv);
        assertThat(sealed).isEqualTo(known.get("datagram"));
    }

    @ParameterizedTest
    @EnumSource(Suites.class)
    void opensTheKnownOctets(Suites suite) {
        HexFile known = HexFile.read("exchange/" + suite.resource());
        IkeMessage message = outer(known);
        assertThat(Protection.open(crypto, keys(known, suite.suite()), known.get("datagram"), message))
                .isEqualTo(new Opened.Ok(new IkeMessage(message.header(), inner(known, 35))));
    }

    @Test
    void speaksTheExampleOfRfc7634() {
        HexFile known = HexFile.read("exchange/rfc7634-appendix-b.hex");
        SkKeys keys = keys(known, Suites.CHACHA20_POLY1305.suite());
        IkeMessage message = outer(known);
        List<Payload> inner = List.of(NotifyPayload.of(NotifyType.SET_WINDOW_SIZE, Octets.of(0, 0, 0, 10)));
        assertThat(inner(known, 41)).isEqualTo(inner);
        assertThat(Protection.open(crypto, keys, known.get("datagram"), message))
                .isEqualTo(new Opened.Ok(new IkeMessage(message.header(), inner)));
        // A fresh instance: the provider refuses to encrypt under the nonce it has just seen.
        Octets sealed = Protection.seal(new JcaCrypto(), keys, message.header(), inner, u64(known.get("IV")),
                count -> Octets.EMPTY);
        assertThat(sealed).isEqualTo(known.get("datagram"));
    }

    private static IkeMessage outer(HexFile known) {
        return ((Decoded.Ok) MessageCodec.decode(known.get("datagram"))).message();
    }

    private static List<Payload> inner(HexFile known, int firstType) {
        Octets chain = known.get("inner payloads, the first of type " + firstType);
        return ((PayloadChain.Ok) MessageCodec.decodeChain(firstType, chain, 0, chain.length())).payloads();
    }

    private static SkKeys keys(HexFile known, IkeSuite suite) {
        Octets integrity = known.get("integrity key");
        return new SkKeys(suite, Secret.copyOf(known.get("encryption key and salt").toByteArray()),
                integrity.isEmpty() ? null : Secret.copyOf(integrity.toByteArray()));
    }

    private static long u64(Octets octets) {
        return Long.parseUnsignedLong(octets.toHex(), 16);
    }
}
