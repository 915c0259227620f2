package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.wire.Octets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.Optional;
import javax.crypto.KeyAgreement;
import org.conscrypt.OpenSSLX25519PublicKey;

/** RFC 8031 by BoringSSL. */
final class ConscryptX25519 implements KeyExchange {
    private final Provider conscrypt;

    ConscryptX25519(Provider conscrypt) {
        this.conscrypt = conscrypt;
    }

    @Override
    public EphemeralKey generate() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("XDH", conscrypt).generateKeyPair();
            return new EphemeralKey(KeGroup.CURVE_25519,
                    Octets.copyOf(((OpenSSLX25519PublicKey) pair.getPublic()).getU()), pair.getPrivate());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    @Override
    public Optional<Secret> agree(EphemeralKey own, Octets peerPublic) {
        PrivateKey key = own.secret(PrivateKey.class);
        try {
            KeyAgreement agreement = KeyAgreement.getInstance("XDH", conscrypt);
            agreement.init(key);
            agreement.doPhase(new OpenSSLX25519PublicKey(peerPublic.toByteArray()), true);
            return SharedSecrets.unlessZero(agreement.generateSecret());
        } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException notAPoint) {
            return Optional.empty();
        }
    }
}
