package dev.keylane.ike.exchange;

import static dev.keylane.ike.proposal.EncryptionAlgorithm.AES_CBC;
import static dev.keylane.ike.proposal.EncryptionAlgorithm.AES_GCM_16;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.PrfAlgorithm;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One suite of each way to protect a message; the constant's name is the resource's. */
enum Suites {
    AES_GCM_128(AES_GCM_16, 128, null),
    AES_GCM_256(AES_GCM_16, 256, null),
    CHACHA20_POLY1305(EncryptionAlgorithm.CHACHA20_POLY1305, 256, null),
    AES_CBC_128_SHA2_256(AES_CBC, 128, IntegrityAlgorithm.HMAC_SHA2_256_128),
    AES_CBC_256_SHA2_384(AES_CBC, 256, IntegrityAlgorithm.HMAC_SHA2_384_192),
    AES_CBC_256_SHA2_512(AES_CBC, 256, IntegrityAlgorithm.HMAC_SHA2_512_256);

    private final IkeSuite suite;

    Suites(EncryptionAlgorithm encryption, int keyBits, @Nullable IntegrityAlgorithm integrity) {
        suite = new IkeSuite(encryption, keyBits, PrfAlgorithm.PRF_HMAC_SHA2_256, integrity, KeGroup.CURVE_25519);
    }

    IkeSuite suite() {
        return suite;
    }

    String resource() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-') + ".hex";
    }

    SkKeys keys(Random random) {
        IntegrityAlgorithm integrity = suite.integrity();
        return new SkKeys(suite, secret(random, suite.encryption().keyMaterialSize(suite.keyBits())),
                integrity == null ? null : secret(random, integrity.keySize()));
    }

    private static Secret secret(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Secret.wrap(bytes);
    }
}
