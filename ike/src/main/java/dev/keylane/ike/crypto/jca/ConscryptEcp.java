package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.wire.Octets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import javax.crypto.KeyAgreement;

/** RFC 5903 by BoringSSL. Points cross the provider's border as SubjectPublicKeyInfo, a fixed prefix and x | y. */
final class ConscryptEcp implements KeyExchange {
    private final KeGroup group;
    private final Provider conscrypt;
    private final String curve;
    private final Octets spkiPrefix;

    ConscryptEcp(KeGroup group, Provider conscrypt) {
        this.group = group;
        this.conscrypt = conscrypt;
        this.curve = group == KeGroup.ECP_256 ? "secp256r1" : "secp384r1";
        this.spkiPrefix = group == KeGroup.ECP_256 ? P256_SPKI : P384_SPKI;
    }

    @Override
    public EphemeralKey generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", conscrypt);
            generator.initialize(new ECGenParameterSpec(curve));
            KeyPair pair = generator.generateKeyPair();
            byte[] spki = pair.getPublic().getEncoded();
            return new EphemeralKey(group, Octets.copyOf(spki, spkiPrefix.length(), spki.length), pair.getPrivate());
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    @Override
    public Optional<Secret> agree(EphemeralKey own, Octets peerPublic) {
        PrivateKey key = own.secret(PrivateKey.class);
        try {
            // BoringSSL refuses to decode a point that is not on the curve.
            PublicKey peer = KeyFactory.getInstance("EC", conscrypt)
                    .generatePublic(new X509EncodedKeySpec(Octets.concat(spkiPrefix, peerPublic).borrow()));
            KeyAgreement agreement = KeyAgreement.getInstance("ECDH", conscrypt);
            agreement.init(key);
            agreement.doPhase(peer, true);
            return Optional.of(Secret.wrap(agreement.generateSecret()));
        } catch (GeneralSecurityException | IllegalArgumentException | IllegalStateException notAPoint) {
            return Optional.empty();
        }
    }

    /** RFC 5480: id-ecPublicKey, the curve, and a bit string that starts with 04 for an uncompressed point. */
    private static final Octets P256_SPKI = Octets.ofHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004");
    private static final Octets P384_SPKI = Octets.ofHex("3076301006072a8648ce3d020106052b8104002203620004");
}
