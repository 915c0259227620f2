package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.wire.Octets;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import javax.crypto.interfaces.DHPublicKey;
import javax.crypto.spec.DHParameterSpec;
import javax.crypto.spec.DHPublicKeySpec;
import org.bouncycastle.util.BigIntegers;

/** RFC 3526 groups by the JDK. */
final class ModpExchange implements KeyExchange {
    private final KeGroup group;
    private final SecureRandom random;
    private final BigInteger prime;
    private final int exponentBits;

    ModpExchange(KeGroup group, SecureRandom random) {
        this.group = group;
        this.random = random;
        this.prime = group == KeGroup.MODP_2048 ? ModpPrimes.P2048 : ModpPrimes.P3072;
        // RFC 3526 §8 puts the exponents' upper estimates at 320 and 420 bits.
        this.exponentBits = group == KeGroup.MODP_2048 ? 320 : 420;
    }

    @Override
    public EphemeralKey generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("DiffieHellman");
            generator.initialize(new DHParameterSpec(prime, ModpPrimes.GENERATOR, exponentBits), random);
            KeyPair pair = generator.generateKeyPair();
            byte[] padded = BigIntegers.asUnsignedByteArray(group.publicSize(),
                    ((DHPublicKey) pair.getPublic()).getY());
            return new EphemeralKey(group, Octets.wrap(padded), pair.getPrivate());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    @Override
    public Optional<Secret> agree(EphemeralKey own, Octets peerPublic) {
        BigInteger y = new BigInteger(1, peerPublic.borrow());
        // RFC 6989 §2.1: it MUST check that 1 < r < p-1; with a safe prime no more is needed.
        if (y.compareTo(BigInteger.ONE) <= 0 || y.compareTo(prime.subtract(BigInteger.ONE)) >= 0) {
            return Optional.empty();
        }
        PrivateKey key = own.secret(PrivateKey.class);
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("DiffieHellman");
            agreement.init(key);
            agreement.doPhase(KeyFactory.getInstance("DiffieHellman")
                    .generatePublic(new DHPublicKeySpec(y, prime, ModpPrimes.GENERATOR)), true);
            // The JDK pads to the length of the prime, as RFC 7296 §2.14 wants g^ir.
            return Optional.of(Secret.wrap(agreement.generateSecret()));
        } catch (GeneralSecurityException refused) {
            return Optional.empty();
        }
    }
}
