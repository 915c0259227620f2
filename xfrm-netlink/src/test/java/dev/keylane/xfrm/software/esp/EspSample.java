package dev.keylane.xfrm.software.esp;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaKeys;
import java.util.List;
import java.util.Random;

/** Lanes and keys for tests. */
final class EspSample {
    static final List<SaAlgorithms> SUITES = List.of(
            new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 128, null),
            new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 256, null),
            new SaAlgorithms(EncryptionAlgorithm.CHACHA20_POLY1305, 256, null),
            new SaAlgorithms(EncryptionAlgorithm.AES_CBC, 128, IntegrityAlgorithm.HMAC_SHA2_256_128),
            new SaAlgorithms(EncryptionAlgorithm.AES_CBC, 256, IntegrityAlgorithm.HMAC_SHA2_384_192),
            new SaAlgorithms(EncryptionAlgorithm.AES_CBC, 256, IntegrityAlgorithm.HMAC_SHA2_512_256));

    private EspSample() {
    }

    static CryptoLane lane() {
        return new CryptoLane(new JcaCrypto(), new SecureRandomSource());
    }

    static EspKeys keys(String encryption) {
        return EspKeys.copyOf(new SaKeys(Secret.wrap(Octets.ofHex(encryption).toByteArray()), null));
    }

    static EspKeys keys(SaAlgorithms algorithms) {
        IntegrityAlgorithm integrity = algorithms.integrity();
        return EspKeys.copyOf(new SaKeys(
                random(algorithms.encryption().keyMaterialSize(algorithms.keyBits())),
                integrity == null ? null : random(integrity.keySize())));
    }

    private static Secret random(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return Secret.wrap(bytes);
    }
}
