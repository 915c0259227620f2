package dev.keylane.ike.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.wire.payload.EncryptedPayload;
import dev.keylane.ike.wire.payload.FragmentPayload;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.UnknownPayload;
import dev.keylane.ike.wire.payload.VendorIdPayload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageCodecTest {
    private static final Octets NONCE = Octets.ofHex("00112233445566778899aabbccddeeff");
    private static final Octets MESSAGE = Wire.message(PayloadType.NONCE, Wire.payload(0, 0, NONCE));

    private static String reason(Octets datagram) {
        return MessageCodec.decode(datagram) instanceof Decoded.Malformed(String reason, IkeHeader header)
                ? reason + (header == null ? " (no header)" : "")
                : "not malformed";
    }

    @Test
    void readsEveryFieldOfTheHeader() {
        Octets datagram = Octets.ofHex("0102030405060708 1112131415161718 00 20 25 28 fffffffe 0000001c");
        IkeHeader header = new IkeHeader(0x0102030405060708L, 0x1112131415161718L, ExchangeType.INFORMATIONAL, true,
                true, -2);
        assertThat(MessageCodec.decode(datagram)).isEqualTo(new Decoded.Ok(new IkeMessage(header, List.of())));
        assertThat(MessageCodec.encode(header, List.of())).isEqualTo(datagram);
        assertThat(header).hasToString("INFORMATIONAL response 4294967294 [102030405060708_i* 1112131415161718_r]");
    }

    @Test
    void ignoresMinorVersionAndReservedFlags() {
        Octets odd = Wire.changed(MESSAGE, bytes -> {
            bytes[17] = 0x2f;
            bytes[19] = (byte) 0xdf;
        });
        assertThat(MessageCodec.decode(odd)).isEqualTo(MessageCodec.decode(MESSAGE));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 15})
    void tellsAnotherMajorVersion(int major) {
        Octets other = Wire.changed(MESSAGE, bytes -> bytes[17] = (byte) (major << 4));
        assertThat(MessageCodec.decode(other)).isEqualTo(new Decoded.WrongMajorVersion(Wire.HEADER, major));
    }

    @Test
    void refusesDatagramsOfImpossibleSize() {
        for (int length = 0; length < IkeHeader.SIZE; length++) {
            assertThat(reason(MESSAGE.slice(0, length))).isEqualTo("a datagram of " + length + " octets (no header)");
        }
        assertThat(reason(Octets.wrap(new byte[65_536]))).isEqualTo("a datagram of 65536 octets (no header)");
    }

    @Test
    void refusesEveryTruncationAndExtension() {
        for (int length = IkeHeader.SIZE; length < MESSAGE.length(); length++) {
            assertThat(reason(MESSAGE.slice(0, length))).isEqualTo("header: Length is not that of the datagram");
        }
        assertThat(reason(Octets.concat(MESSAGE, Octets.of(0))))
                .isEqualTo("header: Length is not that of the datagram");
    }

    @Test
    void refusesAZeroInitiatorSpi() {
        assertThat(reason(Wire.changed(MESSAGE, bytes -> Arrays.fill(bytes, 0, 8, (byte) 0))))
                .isEqualTo("header: the initiator's SPI is zero");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 19, 21, 0xffff})
    void refusesAPayloadLengthThatDoesNotFit(int length) {
        assertThat(reason(Wire.changed(MESSAGE, bytes -> {
            bytes[30] = (byte) (length >> 8);
            bytes[31] = (byte) length;
        }))).startsWith(length == 19 ? "Nonce: not between" : "Nonce: a field ends behind its container");
    }

    @Test
    void refusesOctetsBehindTheLastPayload() {
        assertThat(reason(Wire.message(PayloadType.NONCE, Wire.payload(0, 0, NONCE), Octets.of(1))))
                .isEqualTo("payloads: octets behind the last field");
        assertThat(reason(Wire.message(0, Octets.of(1)))).isEqualTo("payloads: octets behind the last field");
    }

    @Test
    void refusesANextPayloadThatIsNotThere() {
        assertThat(reason(Wire.message(PayloadType.NONCE, Wire.payload(PayloadType.KE, 0, NONCE))))
                .isEqualTo("KE: a field ends behind its container");
    }

    @Test
    void ignoresTheCriticalBitOfWhatItKnows() {
        assertThat(MessageCodec.decode(Wire.message(PayloadType.NONCE, Wire.payload(0, 0x80, NONCE))))
                .isEqualTo(MessageCodec.decode(MESSAGE));
        assertThat(MessageCodec.decode(Wire.message(PayloadType.EAP, Wire.payload(0, 0x80, NONCE))))
                .isInstanceOf(Decoded.Ok.class);
    }

    @Test
    void keepsAnUnknownPayloadThatIsNotCritical() {
        Octets datagram = Wire.message(200, Wire.payload(PayloadType.NONCE, 0x7f, Octets.of(7)),
                Wire.payload(0, 0, NONCE));
        assertThat(MessageCodec.decode(datagram)).isEqualTo(new Decoded.Ok(new IkeMessage(Wire.HEADER,
                List.of(new UnknownPayload(200, false, Octets.of(7)), new NoncePayload(NONCE)))));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 32, 49, 54, 255})
    void namesTheFirstUnknownCriticalPayload(int type) {
        Octets datagram = Wire.message(PayloadType.NONCE, Wire.payload(type, 0, NONCE),
                Wire.payload(201, 0x80, Octets.EMPTY), Wire.payload(0, 0x80, Octets.EMPTY));
        assertThat(MessageCodec.decode(datagram)).isEqualTo(new Decoded.UnsupportedCritical(Wire.HEADER, type));
    }

    @Test
    void malformedComesBeforeUnsupported() {
        assertThat(reason(Wire.message(200, Wire.payload(PayloadType.NONCE, 0x80, Octets.EMPTY),
                Wire.payload(0, 0, Octets.EMPTY)))).startsWith("Nonce: ");
    }

    @Test
    void refusesARepeatedPayloadThatMustBeSingle() {
        assertThat(reason(Wire.message(PayloadType.NONCE, Wire.payload(PayloadType.NONCE, 0, NONCE),
                Wire.payload(0, 0, NONCE)))).isEqualTo("Nonce: repeated");
    }

    @Test
    void takesRepeatedNotifiesAndVendorIds() {
        List<VendorIdPayload> many = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            many.add(new VendorIdPayload(Octets.of(i)));
        }
        assertThat(MessageCodec.decode(MessageCodec.encode(Wire.HEADER, many))).isInstanceOf(Decoded.Ok.class);
        many.add(new VendorIdPayload(Octets.EMPTY));
        assertThat(reason(MessageCodec.encode(Wire.HEADER, many))).isEqualTo("V: more than 128 payloads, the next one");
    }

    @Test
    void payloadsComeInAnyOrder() {
        KePayload ke = new KePayload(31, Octets.wrap(new byte[32]));
        NotifyPayload cookie = NotifyPayload.of(NotifyType.COOKIE, Octets.of(1));
        Octets datagram = MessageCodec.encode(Wire.HEADER, List.of(new NoncePayload(NONCE), cookie, ke));
        IkeMessage message = ((Decoded.Ok) MessageCodec.decode(datagram)).message();
        assertThat(message.first(KePayload.class)).contains(ke);
        assertThat(message.notify(NotifyType.COOKIE)).contains(cookie);
        assertThat(message.notify(NotifyType.REKEY_SA)).isEmpty();
        assertThat(message.notifies()).containsExactly(cookie);
        assertThat(message.firstOf(PayloadType.NONCE, NoncePayload.class)).contains(new NoncePayload(NONCE));
        assertThat(message.firstOf(PayloadType.KE, NoncePayload.class)).isEmpty();
    }

    @Test
    void leavesAnEncryptedPayloadSealed() {
        EncryptedPayload sk = new EncryptedPayload(PayloadType.ID_I, 32, Octets.of(1, 2, 3));
        Octets datagram = Wire.message(PayloadType.SK, Wire.payload(PayloadType.ID_I, 0, sk.body()));
        assertThat(MessageCodec.decode(datagram))
                .isEqualTo(new Decoded.Ok(new IkeMessage(Wire.HEADER, List.of(sk))));
        assertThat(MessageCodec.encode(Wire.HEADER, List.of(sk))).isEqualTo(datagram);
    }

    @Test
    void leavesAFragmentSealed() {
        FragmentPayload skf = new FragmentPayload(0, 2, 3, 36, Octets.of(9, 9));
        Octets datagram = Wire.message(PayloadType.SKF, Wire.payload(0, 0, Octets.of(0, 2, 0, 3, 9, 9)));
        assertThat(MessageCodec.decode(datagram))
                .isEqualTo(new Decoded.Ok(new IkeMessage(Wire.HEADER, List.of(skf))));
        assertThat(MessageCodec.encode(Wire.HEADER, List.of(skf))).isEqualTo(datagram);
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000003", "00040003", "00010000", "0001", "000100"})
    void refusesAFragmentWithImpossibleNumbers(String body) {
        assertThat(reason(Wire.message(PayloadType.SKF, Wire.payload(0, 0, Octets.ofHex(body))))).startsWith("SKF: ");
    }

    @Test
    void theEncryptedPayloadIsTheLastAndNotInsideAnother() {
        Octets sk = Wire.payload(PayloadType.NONCE, 0, Octets.EMPTY);
        assertThat(reason(Wire.message(PayloadType.SK, sk, Wire.payload(0, 0, NONCE))))
                .isEqualTo("SK: not the last payload");
        assertThat(MessageCodec.decodeChain(PayloadType.SK, sk, 0, sk.length()))
                .isEqualTo(new PayloadChain.Malformed("SK: inside another one"));
        assertThatThrownBy(() -> MessageCodec.encode(Wire.HEADER,
                List.of(new EncryptedPayload(0, 32, NONCE), new NoncePayload(NONCE))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesToEncodeWhatNoDatagramHolds() {
        VendorIdPayload big = new VendorIdPayload(Octets.wrap(new byte[40_000]));
        assertThatThrownBy(() -> MessageCodec.encode(Wire.HEADER, List.of(big, big)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MessageCodec.encode(Wire.HEADER,
                List.of(new VendorIdPayload(Octets.wrap(new byte[65_532])))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
