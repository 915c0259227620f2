package dev.keylane.xfrm.software.esp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.SaAlgorithms;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Whole ESP packets of RFC 7634 Appendix A and of draft-mcgrew-gcm-test-01. */
class EspKnownAnswerTest {
    private final CryptoLane lane = EspSample.lane();

    private record Answer(SaAlgorithms algorithms, String key, boolean esn, int spi, long seq, String iv, String plain,
                          String sealed) {
        Octets packet() {
            return Octets.concat(Octets.ofHex("%08x%08x".formatted(spi, (int) seq)), Octets.ofHex(iv),
                    Octets.ofHex(sealed));
        }
    }

    /** RFC 7634 Appendix A. */
    private static final Answer CHACHA = new Answer(
            new SaAlgorithms(EncryptionAlgorithm.CHACHA20_POLY1305, 256, null),
            """
            80818283 84858687 88898a8b 8c8d8e8f 90919293 94959697 98999a9b 9c9d9e9f a0a1a2a3""", false,
            0x01020304, 5, "1011121314151617",
            """
            45000054 a6f20000 4001e778 c6336405 c0000205 08005b7a 3a080000 553bec10
            00073627 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f 20212223
            24252627 28292a2b 2c2d2e2f 30313233 34353637 01020204""",
            """
            24039428 b97f417e 3c13753a 4f05087b 67c352e6 a7fab1b9 82d466ef 407ae5c6
            14ee8099 d52844eb 61aa95df ab4c02f7 2aa71e7c 4c4f64c9 befe2fac c638e8f3
            cbec163f ac469b50 2773f6fb 94e664da 9165b828 29f641e0
            76aaa826 6b7fb0f7 b11b3699 07e1ad43""");

    /** draft-mcgrew-gcm-test-01, 128-bit key, extended sequence number. */
    private static final Answer GCM_128_ESN = new Answer(new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null),
            "4c80cdef bb5d10da 906ac73c 3613a634 2e443b68", true, 0x00004321, 0x8765432100000000L,
            "4956ed7e3b244cfe",
            """
            45000048 699a0000 80114db7 c0a80102 c0a80101 0a9bf156 38d30100 00010000
            00000000 045f7369 70045f75 64700373 69700963 79626572 63697479 02646b00
            00210001 01020201""",
            """
            fecf537e 729d5b07 dc30df52 8dd22b76 8d1b9873 6696a6fd 348509fa 13ceac34
            cfa2436f 14a3f3cf 65925bf1 f4a13c5d 15b21e18 84f5ff62 47aeabb7 86b93bce
            61bc17d7 68fd9732 45901814 8f6cbe72 2fd04796 562dfdb4""");

    /** draft-mcgrew-gcm-test-01, 256-bit key. */
    private static final Answer GCM_256 = new Answer(new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 256, null),
            """
            abbccdde f0011223 34455667 78899aab abbccdde f0011223 34455667 78899aab 11223344""", false,
            0x4a2cbfe3, 2, "0102030405060708",
            """
            45000030 69a64000 80062690 c0a80102 9389155e 0a9e008b 2dc57ee0 00000000
            70024000 20bf0000 020405b4 01010402 01020201""",
            """
            ff425c9b 724599df 7a3bcd51 0194e00d 6a78107f 1b0b1cbf 06efae9d 65a5d763
            748a6379 85771d34 7f054565 9f14e99d ef842d8e b335f4ee cfdbf831 824b4c49
            15956c96""");

    @Test
    void chaChaPoly() {
        check(CHACHA);
    }

    @Test
    void aesGcm128WithEsn() {
        check(GCM_128_ESN);
    }

    @Test
    void aesGcm256() {
        check(GCM_256);
    }

    /** The appendix's packet has an inner IPv4 packet of 84 octets behind which the trailer starts. */
    @Test
    void theTrailerOfTheAppendixIsRead() {
        Octets plain = Octets.ofHex(CHACHA.plain());
        EspTrailer trailer = EspTrailer.of(plain.toByteArray(), 0, plain.length());
        assertThat(trailer).isEqualTo(new EspTrailer(84, EspTrailer.IPV4));
    }

    private void check(Answer answer) {
        EspKeys keys = EspSample.keys(answer.key());
        byte[] plain = Octets.ofHex(answer.plain()).toByteArray();
        byte[] packet = new byte[answer.packet().length()];
        ByteBuffer.wrap(packet).putInt(answer.spi()).putInt((int) answer.seq()).putLong(0).put(plain);
        new AeadTransform(answer.algorithms().encryption(), keys, answer.esn())
                .seal(lane, packet, plain.length, answer.seq(), Long.parseUnsignedLong(answer.iv(), 16));
        assertThat(Octets.wrap(packet)).isEqualTo(answer.packet());

        Esp esp = Esp.of(answer.spi(), answer.algorithms(), keys, answer.esn());
        byte[] out = new byte[esp.plaintextRoom(packet.length)];
        int opened = esp.open(lane, packet, 0, packet.length, answer.seq(), out, 0);
        assertThat(Arrays.copyOf(out, opened)).isEqualTo(plain);
    }
}
