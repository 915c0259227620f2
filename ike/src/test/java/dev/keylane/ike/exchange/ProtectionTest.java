package dev.keylane.ike.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.DeletePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.UnknownPayload;
import dev.keylane.ike.wire.payload.VendorIdPayload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProtectionTest {
    private static final IkeHeader HEADER =
            new IkeHeader(0x3f6a1d0c9b5e7721L, 0xa4c1e2d3f4051627L, ExchangeType.INFORMATIONAL, true, false, 7);
    private static final List<Payload> INNER =
            List.of(new DeletePayload(3, List.of(Octets.ofHex("c0ffee01"))), NotifyPayload.of(NotifyType.COOKIE2));

    private final Crypto crypto = new JcaCrypto();
    private final Random random = new Random(11);
    private final RandomSource source = count -> {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return Octets.wrap(bytes);
    };
    private long counter;

    private Octets seal(SkKeys keys, List<? extends Payload> inner) {
        return Protection.seal(crypto, keys, HEADER, inner, ++counter, source);
    }

    private Opened open(SkKeys keys, Octets datagram) {
        return switch (MessageCodec.decode(datagram)) {
            case Decoded.Ok(IkeMessage outer) -> Protection.open(crypto, keys, datagram, outer);
            case Decoded.Malformed(String reason, _) -> new Opened.Malformed(reason);
            case Decoded.UnsupportedCritical(_, int type) -> new Opened.UnsupportedCritical(type);
            case Decoded.WrongMajorVersion(_, int version) -> new Opened.Malformed("version " + version);
        };
    }

    /** A message of arbitrary octets and next payload inside, sealed as if they were payloads. */
    private Octets sealRaw(SkKeys keys, int firstInner, Octets inner) {
        OctetWriter out = new OctetWriter(64);
        MessageCodec.encodeHeader(HEADER, PayloadType.SK, out);
        out.u8(firstInner).u8(0).u16(0);
        int body = SkBody.begin(keys, ++counter, source, out);
        out.octets(inner);
        SkBody.finish(crypto, keys, IkeHeader.SIZE, body, out);
        return out.toOctets();
    }

    @ParameterizedTest
    @EnumSource
    void opensWhatItSealedAtEveryLength(Suites suite) {
        SkKeys keys = suite.keys(random);
        for (int length = 0; length < 70; length++) {
            List<Payload> inner = new ArrayList<>(INNER);
            inner.add(new VendorIdPayload(source.octets(length)));
            assertThat(open(keys, seal(keys, inner))).isEqualTo(new Opened.Ok(new IkeMessage(HEADER, inner)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void opensAMessageWithoutPayloads(Suites suite) {
        SkKeys keys = suite.keys(random);
        assertThat(open(keys, seal(keys, List.of()))).isEqualTo(new Opened.Ok(new IkeMessage(HEADER, List.of())));
    }

    @ParameterizedTest
    @EnumSource
    void opensAMessageLargerThanItsFirstBuffer(Suites suite) {
        SkKeys keys = suite.keys(random);
        List<Payload> inner = List.of(new VendorIdPayload(source.octets(5_000)));
        assertThat(open(keys, seal(keys, inner))).isEqualTo(new Opened.Ok(new IkeMessage(HEADER, inner)));
    }

    @ParameterizedTest
    @EnumSource
    void noFlippedBitPasses(Suites suite) {
        SkKeys keys = suite.keys(random);
        Octets sealed = seal(keys, INNER);
        for (int bit = 0; bit < 8 * sealed.length(); bit++) {
            byte[] bytes = sealed.toByteArray();
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            Opened opened = open(keys, Octets.wrap(bytes));
            boolean beforeTheBody = bit / 8 < IkeHeader.SIZE + 4;
            assertThat(opened).as("bit %d", bit).isNotInstanceOf(Opened.Ok.class);
            if (!beforeTheBody) {
                assertThat(opened).as("bit %d", bit).isInstanceOf(Opened.Unauthentic.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void noTruncationPasses(Suites suite) {
        SkKeys keys = suite.keys(random);
        Octets sealed = seal(keys, INNER);
        for (int length = IkeHeader.SIZE + 4; length < sealed.length(); length++) {
            byte[] bytes = sealed.slice(0, length).toByteArray();
            bytes[27] = (byte) length;
            bytes[26] = (byte) (length >> 8);
            bytes[30] = (byte) (length - IkeHeader.SIZE >> 8);
            bytes[31] = (byte) (length - IkeHeader.SIZE);
            assertThat(open(keys, Octets.wrap(bytes))).as("%d octets", length).isInstanceOf(Opened.Unauthentic.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRepeatedMessageOpensAgain(Suites suite) {
        SkKeys keys = suite.keys(random);
        Octets sealed = seal(keys, INNER);
        for (int copy = 0; copy < 3; copy++) {
            assertThat(open(keys, sealed)).isEqualTo(new Opened.Ok(new IkeMessage(HEADER, INNER)));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherKeyOpensNothing(Suites suite) {
        Octets sealed = seal(suite.keys(random), INNER);
        assertThat(open(suite.keys(random), sealed)).isInstanceOf(Opened.Unauthentic.class);
    }

    @ParameterizedTest
    @EnumSource
    void tellsAuthenticNonsense(Suites suite) {
        SkKeys keys = suite.keys(random);
        assertThat(open(keys, sealRaw(keys, PayloadType.NONCE, Octets.of(0, 0, 0, 5, 1))))
                .isEqualTo(new Opened.Malformed("Nonce: not between 16 and 256 octets long"));
        assertThat(open(keys, sealRaw(keys, PayloadType.NONE, Octets.of(1))))
                .isEqualTo(new Opened.Malformed("payloads: octets behind the last field"));
    }

    @ParameterizedTest
    @EnumSource
    void tellsAnUnknownCriticalPayloadInside(Suites suite) {
        SkKeys keys = suite.keys(random);
        assertThat(open(keys, seal(keys, List.of(new UnknownPayload(200, true, Octets.of(1))))))
                .isEqualTo(new Opened.UnsupportedCritical(200));
    }

    @Test
    void tellsPaddingLongerThanThePayload() {
        SkKeys keys = Suites.AES_GCM_128.keys(random);
        OctetWriter out = new OctetWriter(128);
        MessageCodec.encodeHeader(HEADER, PayloadType.SK, out);
        out.u8(0).u8(0).u16(4 + 8 + 3 + 16).u64(5).u8(0).u8(0).u8(3).zeros(16);
        MessageCodec.finish(out);
        byte[] bytes = out.borrow();
        crypto.aead(keys.cipher(), keys.encryption()).seal(5, bytes, 32, bytes, 40, 3, bytes, 40);
        assertThat(open(keys, out.toOctets()))
                .isEqualTo(new Opened.Malformed("SK: Pad Length is larger than the payload"));
    }

    @Test
    void takesMorePaddingThanNeededAndAnyValueInIt() {
        SkKeys keys = Suites.AES_GCM_256.keys(random);
        OctetWriter out = new OctetWriter(128);
        MessageCodec.encodeHeader(HEADER, PayloadType.SK, out);
        out.u8(0).u8(0).u16(4 + 8 + 4 + 16).u64(5).u8(0xaa).u8(0xbb).u8(0xcc).u8(3).zeros(16);
        MessageCodec.finish(out);
        byte[] bytes = out.borrow();
        crypto.aead(keys.cipher(), keys.encryption()).seal(5, bytes, 32, bytes, 40, 4, bytes, 40);
        assertThat(open(keys, out.toOctets())).isEqualTo(new Opened.Ok(new IkeMessage(HEADER, List.of())));
    }

    @Test
    void authenticatesCleartextPayloadsInFrontButDropsThem() {
        SkKeys keys = Suites.AES_GCM_128.keys(random);
        OctetWriter out = new OctetWriter(128);
        MessageCodec.encodeHeader(HEADER, PayloadType.VENDOR_ID, out);
        out.u8(PayloadType.SK).u8(0).u16(5).u8(0x77);
        int payload = out.length();
        out.u8(0).u8(0).u16(0);
        int body = SkBody.begin(keys, 9, source, out);
        SkBody.finish(crypto, keys, payload, body, out);
        Octets sealed = out.toOctets();
        assertThat(open(keys, sealed)).isEqualTo(new Opened.Ok(new IkeMessage(HEADER, List.of())));
        byte[] changed = sealed.toByteArray();
        changed[32] ^= 1;
        assertThat(open(keys, Octets.wrap(changed))).isInstanceOf(Opened.Unauthentic.class);
    }

    @Test
    void aMessageWithoutSkPayloadIsNotAuthentic() {
        Octets clear = MessageCodec.encode(HEADER, INNER);
        assertThat(open(Suites.AES_GCM_128.keys(random), clear)).isInstanceOf(Opened.Unauthentic.class);
    }

    @Test
    void aBlockCipherMessageGetsAFreshIvAndAnAeadTheCounter() {
        SkKeys cbc = Suites.AES_CBC_128_SHA2_256.keys(random);
        assertThat(seal(cbc, INNER)).isNotEqualTo(seal(cbc, INNER));
        SkKeys gcm = Suites.AES_GCM_128.keys(random);
        counter = 0x1122334455667787L;
        assertThat(seal(gcm, INNER).slice(32, 40)).isEqualTo(Octets.ofHex("1122334455667788"));
    }

    @Test
    void keysGoWithTheirSuite() {
        SkKeys gcm = Suites.AES_GCM_128.keys(random);
        assertThatThrownBy(() -> new SkKeys(Suites.AES_CBC_128_SHA2_256.suite(), gcm.encryption(), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(gcm).hasToString("SkKeys[suite=" + gcm.suite() + ", encryption=Secret[20], integrity=null]");
    }
}
