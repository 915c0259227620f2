package dev.keylane.ike.crypto.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.Vectors;
import dev.keylane.ike.crypto.Vectors.Vector;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PrimitiveVectorsTest {
    private final JcaCrypto crypto = new JcaCrypto();

    static Stream<Vector> hmac() {
        return Vectors.of("hmac.txt");
    }

    static Stream<Vector> ciphers() {
        return Vectors.of("ciphers.txt");
    }

    @ParameterizedTest
    @MethodSource("hmac")
    void hmacAsPrfAndAsTruncatedChecksum(Vector v) {
        byte[] data = v.octets("data").borrow();
        int half = data.length / 2;
        byte[] framed = new byte[data.length + 7];
        System.arraycopy(data, 0, framed, 3, data.length);
        String[] hashes = {"sha256", "sha384", "sha512"};
        for (int i = 0; i < hashes.length; i++) {
            Octets expected = v.octets(hashes[i]);
            Secret whole = crypto.prf(PrfAlgorithm.values()[i], v.secret("key"), Octets.wrap(data));
            Secret parts = crypto.prf(PrfAlgorithm.values()[i], v.secret("key"), Octets.copyOf(data, 0, half),
                    Octets.EMPTY, Octets.copyOf(data, half, data.length));
            assertThat(Octets.wrap(whole.borrow())).isEqualTo(expected).isEqualTo(Octets.wrap(parts.borrow()));
            IntegrityAlgorithm integrity = IntegrityAlgorithm.values()[i];
            assertThat(crypto.checksum(integrity, v.secret("key"), framed, 3, data.length))
                    .isEqualTo(expected.slice(0, integrity.checksumSize()));
        }
    }

    @ParameterizedTest
    @MethodSource("ciphers")
    void ciphersBothWays(Vector v) {
        EncryptionAlgorithm algorithm = EncryptionAlgorithm.valueOf(v.text("algorithm"));
        byte[] plaintext = v.octets("plaintext").borrow();
        byte[] sealed = v.octets("sealed").borrow();
        if (!algorithm.isAead()) {
            assertThat(crypto.cbc(true, v.secret("key"), v.octets("iv"), plaintext, 0, plaintext.length).borrow())
                    .isEqualTo(sealed);
            assertThat(crypto.cbc(false, v.secret("key"), v.octets("iv"), sealed, 0, sealed.length).borrow())
                    .isEqualTo(plaintext);
            return;
        }
        Crypto.Aead aead = crypto.aead(algorithm, v.secret("key"));
        long iv = Long.parseUnsignedLong(v.text("iv"), 16);
        byte[] aad = v.octets("aad").borrow();
        byte[] out = new byte[sealed.length];
        assertThat(aead.seal(iv, aad, aad.length, plaintext, 0, plaintext.length, out, 0)).isEqualTo(sealed.length);
        assertThat(out).isEqualTo(sealed);
        assertThat(aead.open(iv, aad, aad.length, sealed, 0, sealed.length, out, 0)).isEqualTo(plaintext.length);
        assertThat(Arrays.copyOf(out, plaintext.length)).isEqualTo(plaintext);
    }

    @Test
    void sha1() {
        // FIPS 180, "abc"
        assertThat(crypto.sha1(Octets.of('a'), Octets.of('b', 'c')).toHex())
                .isEqualTo("a9993e364706816aba3e25717850c26c9cd0d89d");
    }

    @Test
    void prfPlusStopsAt255Blocks() {
        Secret key = Secret.wrap(new byte[32]);
        PrfAlgorithm prf = PrfAlgorithm.PRF_HMAC_SHA2_256;
        assertThat(crypto.prfPlus(prf, key, Octets.EMPTY, 255 * 32).length()).isEqualTo(255 * 32);
        assertThatThrownBy(() -> crypto.prfPlus(prf, key, Octets.EMPTY, 255 * 32 + 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void randomOctetsAreAsManyAsAskedForAndDiffer() {
        SecureRandomSource random = new SecureRandomSource();
        assertThat(random.octets(32).length()).isEqualTo(32);
        assertThat(random.octets(32)).isNotEqualTo(random.octets(32));
        assertThat(random.nextLong()).isNotEqualTo(random.nextLong());
    }
}
