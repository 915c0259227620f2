package dev.keylane.ike.crypto;

import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * From a shared secret to keys, RFC 7296 §2.13 to §2.18. Each stage consumes the one before it: the shared secret given
 * here is destroyed by the call, SKEYSEED never leaves it. SK_d is only read, because it serves many Child SAs.
 */
public final class KeySchedule {
    private KeySchedule() {
    }

    /** The keys that IKE_SA_INIT agrees on, RFC 7296 §2.14. */
    public static IkeKeys initial(Crypto crypto, IkeSuite suite, Secret sharedSecret, Octets ni, Octets nr, long spiI,
                                  long spiR) {
        // SKEYSEED = prf(Ni | Nr, g^ir)
        try (sharedSecret; Secret nonces = Secret.wrap(Octets.concat(ni, nr).borrow())) {
            Secret skeyseed = crypto.prf(suite.prf(), nonces, Octets.wrap(sharedSecret.borrow()));
            return expand(crypto, suite, skeyseed, ni, nr, spiI, spiR);
        }
    }

    /**
     * The keys of an IKE SA that replaces another, RFC 7296 §2.18.
     *
     * @param newSuite the new SA's, whose PRF expands SKEYSEED
     * @param oldPrf   the old SA's, which makes SKEYSEED
     */
    public static IkeKeys rekeyed(Crypto crypto, IkeSuite newSuite, PrfAlgorithm oldPrf, Secret oldSkD,
                                  Secret sharedSecret, Octets ni, Octets nr, long spiI, long spiR) {
        // SKEYSEED = prf(SK_d (old), g^ir (new) | Ni | Nr)
        try (sharedSecret) {
            Secret skeyseed = crypto.prf(oldPrf, oldSkD, Octets.wrap(sharedSecret.borrow()), ni, nr);
            return expand(crypto, newSuite, skeyseed, ni, nr, spiI, spiR);
        }
    }

    /**
     * KEYMAT of a Child SA, RFC 7296 §2.17.
     *
     * @param sharedSecret of a key exchange in the same CREATE_CHILD_SA, null without one
     */
    public static ChildKeys child(Crypto crypto, PrfAlgorithm prf, Secret skD, EspSuite suite,
                                  @Nullable Secret sharedSecret, Octets ni, Octets nr) {
        // KEYMAT = prf+(SK_d, [g^ir (new) |] Ni | Nr)
        byte[] seed = childSeed(sharedSecret, ni, nr);
        int encryption = suite.encryption().keyMaterialSize(suite.keyBits());
        int length = 2 * suite.keyMaterialSize();
        try (KeyStream keymat = new KeyStream(crypto.prfPlus(prf, skD, Octets.wrap(seed), length))) {
            // All keys for SAs carrying data from the initiator to the responder are taken before SAs going in the
            // reverse direction; the encryption key MUST be taken from the first bits, the integrity key after it.
            return new ChildKeys(keymat.next(encryption), integrity(keymat, suite.integrity()),
                    keymat.next(encryption), integrity(keymat, suite.integrity()));
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    private static byte[] childSeed(@Nullable Secret sharedSecret, Octets ni, Octets nr) {
        if (sharedSecret == null) {
            return Octets.concat(ni, nr).borrow();
        }
        try (sharedSecret) {
            return Octets.concat(Octets.wrap(sharedSecret.borrow()), ni, nr).borrow();
        }
    }

    /** {SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+ (SKEYSEED, Ni | Nr | SPIi | SPIr) */
    private static IkeKeys expand(Crypto crypto, IkeSuite suite, Secret skeyseed, Octets ni, Octets nr, long spiI,
                                  long spiR) {
        Octets spis = Octets.wrap(ByteBuffer.allocate(16).putLong(spiI).putLong(spiR).array());
        int prf = suite.prf().size();
        int encryption = suite.encryption().keyMaterialSize(suite.keyBits());
        int integrity = suite.integrity() == null ? 0 : suite.integrity().keySize();
        int length = 3 * prf + 2 * integrity + 2 * encryption;
        try (skeyseed; KeyStream stream = new KeyStream(
                crypto.prfPlus(suite.prf(), skeyseed, Octets.concat(ni, nr, spis), length))) {
            return new IkeKeys(stream.next(prf), integrity(stream, suite.integrity()),
                    integrity(stream, suite.integrity()), stream.next(encryption), stream.next(encryption),
                    stream.next(prf), stream.next(prf));
        }
    }

    private static @Nullable Secret integrity(KeyStream stream, @Nullable IntegrityAlgorithm algorithm) {
        return algorithm == null ? null : stream.next(algorithm.keySize());
    }
}
