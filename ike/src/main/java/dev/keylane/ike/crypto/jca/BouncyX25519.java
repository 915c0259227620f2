package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.wire.Octets;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;

/** RFC 8031 in pure Java. */
final class BouncyX25519 implements KeyExchange {
    private final SecureRandom random;

    BouncyX25519(SecureRandom random) {
        this.random = random;
    }

    @Override
    public EphemeralKey generate() {
        X25519PrivateKeyParameters key = new X25519PrivateKeyParameters(random);
        return new EphemeralKey(KeGroup.CURVE_25519, Octets.wrap(key.generatePublicKey().getEncoded()), key);
    }

    @Override
    public Optional<Secret> agree(EphemeralKey own, Octets peerPublic) {
        X25519PrivateKeyParameters key = own.secret(X25519PrivateKeyParameters.class);
        byte[] shared = new byte[KeGroup.CURVE_25519.secretSize()];
        try {
            key.generateSecret(new X25519PublicKeyParameters(peerPublic.borrow(), 0), shared, 0);
        } catch (IllegalStateException allZero) {
            return Optional.empty();
        }
        return SharedSecrets.unlessZero(shared);
    }
}
