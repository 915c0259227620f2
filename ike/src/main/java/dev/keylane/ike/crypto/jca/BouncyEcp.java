package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.wire.Octets;
import java.security.SecureRandom;
import java.util.Optional;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/** RFC 5903 in pure Java. */
final class BouncyEcp implements KeyExchange {
    private final KeGroup group;
    private final SecureRandom random;

    BouncyEcp(KeGroup group, SecureRandom random) {
        this.group = group;
        this.random = random;
    }

    @Override
    public EphemeralKey generate() {
        ECKeyPairGenerator generator = new ECKeyPairGenerator();
        generator.init(new ECKeyGenerationParameters(domain(), random));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        byte[] point = ((ECPublicKeyParameters) pair.getPublic()).getQ().getEncoded(false);
        return new EphemeralKey(group, Octets.copyOf(point, 1, point.length), pair.getPrivate());
    }

    @Override
    public Optional<Secret> agree(EphemeralKey own, Octets peerPublic) {
        ECPrivateKeyParameters key = own.secret(ECPrivateKeyParameters.class);
        byte[] encoded = Octets.concat(UNCOMPRESSED, peerPublic).borrow();
        try {
            ECPoint point = domain().getCurve().decodePoint(encoded);
            ECDHBasicAgreement agreement = new ECDHBasicAgreement();
            agreement.init(key);
            byte[] x = BigIntegers.asUnsignedByteArray(group.secretSize(),
                    agreement.calculateAgreement(new ECPublicKeyParameters(point, domain())));
            return Optional.of(Secret.wrap(x));
        } catch (IllegalArgumentException | IllegalStateException notOnCurve) {
            return Optional.empty();
        }
    }

    private ECDomainParameters domain() {
        return group == KeGroup.ECP_256 ? P256.DOMAIN : P384.DOMAIN;
    }

    private static ECDomainParameters domain(String name) {
        X9ECParameters curve = CustomNamedCurves.getByName(name);
        return new ECDomainParameters(curve.getCurve(), curve.getG(), curve.getN(), curve.getH());
    }

    /** Made when first used, which is never where Conscrypt loads: a start need not wait for its tables. */
    private static final class P256 {
        private static final ECDomainParameters DOMAIN = domain("secp256r1");
    }

    /** Like {@link P256}. */
    private static final class P384 {
        private static final ECDomainParameters DOMAIN = domain("secp384r1");
    }

    private static final Octets UNCOMPRESSED = Octets.of(4);
}
