package dev.keylane.ike.crypto.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AeadTest {
    private final JcaCrypto crypto = new JcaCrypto();
    private final byte[] aad = "header".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private Crypto.Aead aead(EncryptionAlgorithm algorithm, int keyBits, int seed) {
        byte[] key = new byte[algorithm.keyMaterialSize(keyBits)];
        Arrays.fill(key, (byte) seed);
        return crypto.aead(algorithm, Secret.wrap(key));
    }

    @ParameterizedTest
    @CsvSource({"AES_GCM_16,128", "AES_GCM_16,256", "CHACHA20_POLY1305,256"})
    void sealsAndOpensInPlace(EncryptionAlgorithm algorithm, int bits) {
        Crypto.Aead aead = aead(algorithm, bits, 1);
        for (int length : new int[] {0, 1, 15, 16, 17, 1400}) {
            byte[] buffer = new byte[40 + length + 16];
            Arrays.fill(buffer, (byte) 7);
            assertThat(aead.seal(length, aad, aad.length, buffer, 40, length, buffer, 40)).isEqualTo(length + 16);
            assertThat(aead.open(length, aad, aad.length, buffer, 40, length + 16, buffer, 40)).isEqualTo(length);
            byte[] sevens = new byte[length];
            Arrays.fill(sevens, (byte) 7);
            assertThat(Arrays.copyOfRange(buffer, 40, 40 + length)).isEqualTo(sevens);
        }
    }

    @ParameterizedTest
    @CsvSource({"AES_GCM_16,128", "AES_GCM_16,256", "CHACHA20_POLY1305,256"})
    void aRepeatedMessageOpensAgainAndAForgedOneNever(EncryptionAlgorithm algorithm, int bits) {
        Crypto.Aead aead = aead(algorithm, bits, 2);
        byte[] sealed = new byte[50 + 16];
        aead.seal(9, aad, aad.length, new byte[50], 0, 50, sealed, 0);
        byte[] out = new byte[66];
        assertThat(aead.open(9, aad, aad.length, sealed, 0, 66, out, 0)).isEqualTo(50);
        for (int at = 0; at < sealed.length; at++) {
            byte[] forged = sealed.clone();
            forged[at] ^= 0x40;
            assertThat(aead.open(9, aad, aad.length, forged, 0, 66, out, 0)).isEqualTo(-1);
        }
        assertThat(aead.open(8, aad, aad.length, sealed, 0, 66, out, 0)).isEqualTo(-1);
        assertThat(aead.open(9, aad, aad.length - 1, sealed, 0, 66, out, 0)).isEqualTo(-1);
        assertThat(aead.open(9, aad, aad.length, sealed, 0, 65, out, 0)).isEqualTo(-1);
        assertThat(aead.open(9, aad, aad.length, sealed, 0, 15, out, 0)).isEqualTo(-1);
        assertThat(aead.open(9, aad, aad.length, sealed, 0, 66, out, 0)).isEqualTo(50);
    }

    @Test
    void twoKeysShareTheCipherWithoutMixingUp() {
        Crypto.Aead one = aead(EncryptionAlgorithm.AES_GCM_16, 128, 3);
        Crypto.Aead two = aead(EncryptionAlgorithm.AES_GCM_16, 128, 4);
        byte[] first = new byte[26];
        byte[] second = new byte[26];
        one.seal(1, aad, aad.length, new byte[10], 0, 10, first, 0);
        two.seal(1, aad, aad.length, new byte[10], 0, 10, second, 0);
        assertThat(first).isNotEqualTo(second);
        assertThat(one.open(1, aad, aad.length, first, 0, 26, new byte[10], 0)).isEqualTo(10);
        assertThat(two.open(1, aad, aad.length, second, 0, 26, new byte[10], 0)).isEqualTo(10);
        assertThat(two.open(1, aad, aad.length, first, 0, 26, new byte[10], 0)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"AES_GCM_16,128", "CHACHA20_POLY1305,256"})
    void aNonceUsedTwiceInARowIsOurBugAndThrows(EncryptionAlgorithm algorithm, int bits) {
        Crypto.Aead aead = aead(algorithm, bits, 5);
        aead.seal(1, aad, aad.length, new byte[1], 0, 1, new byte[17], 0);
        assertThatThrownBy(() -> aead.seal(1, aad, aad.length, new byte[1], 0, 1, new byte[17], 0))
                .isInstanceOf(IllegalStateException.class);
        assertThat(aead.seal(2, aad, aad.length, new byte[1], 0, 1, new byte[17], 0)).isEqualTo(17);
    }

    @Test
    void aDestroyedKeyIsNotUsed() {
        Secret key = Secret.wrap(new byte[20]);
        Crypto.Aead aead = crypto.aead(EncryptionAlgorithm.AES_GCM_16, key);
        key.close();
        assertThatThrownBy(() -> aead.seal(1, aad, aad.length, new byte[1], 0, 1, new byte[17], 0))
                .isInstanceOf(IllegalStateException.class);
    }
}
