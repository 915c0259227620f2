package dev.keylane.ike.crypto.jca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.crypto.Vectors;
import dev.keylane.ike.crypto.Vectors.Vector;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.wire.Octets;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPrivateKeySpec;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.spec.DHPrivateKeySpec;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.conscrypt.Conscrypt;
import org.conscrypt.OpenSSLX25519PrivateKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyExchangeVectorsTest {
    private static final JcaCrypto FAST = new JcaCrypto();
    private static final JcaCrypto PURE = JcaCrypto.pureJava();

    static Stream<Vector> vectors() {
        return Vectors.of("key-exchange.txt");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theSharedSecretIsThePublishedOne(Vector v) throws Exception {
        KeGroup group = KeGroup.valueOf(v.text("group"));
        Octets own = v.has("own") ? v.octets("own") : Octets.EMPTY;
        String fast = shared(FAST.agree(new EphemeralKey(group, own, nativeKey(group, v)), v.octets("public")));
        String pure = shared(PURE.agree(new EphemeralKey(group, own, pureKey(group, v)), v.octets("public")));
        assertThat(fast).isEqualTo(v.text("shared"));
        assertThat(pure).isEqualTo(v.text("shared"));
    }

    private static String shared(Optional<Secret> secret) {
        return secret.map(s -> Octets.wrap(s.borrow()).toHex()).orElse("none");
    }

    private static Object nativeKey(KeGroup group, Vector v) throws Exception {
        return switch (group) {
            case CURVE_25519 -> new OpenSSLX25519PrivateKey(v.octets("private").toByteArray());
            case ECP_256, ECP_384 -> {
                AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
                parameters.init(new ECGenParameterSpec(curve(group)));
                yield KeyFactory.getInstance("EC", Conscrypt.newProvider()).generatePrivate(new ECPrivateKeySpec(
                        number(v), parameters.getParameterSpec(ECParameterSpec.class)));
            }
            case MODP_2048, MODP_3072 -> modpKey(group, v);
        };
    }

    private static Object pureKey(KeGroup group, Vector v) throws Exception {
        return switch (group) {
            case CURVE_25519 -> new X25519PrivateKeyParameters(v.octets("private").borrow(), 0);
            case ECP_256, ECP_384 -> {
                X9ECParameters x9 = CustomNamedCurves.getByName(curve(group));
                yield new ECPrivateKeyParameters(number(v),
                        new ECDomainParameters(x9.getCurve(), x9.getG(), x9.getN(), x9.getH()));
            }
            case MODP_2048, MODP_3072 -> modpKey(group, v);
        };
    }

    private static Object modpKey(KeGroup group, Vector v) throws Exception {
        BigInteger prime = group == KeGroup.MODP_2048 ? ModpPrimes.P2048 : ModpPrimes.P3072;
        return KeyFactory.getInstance("DiffieHellman")
                .generatePrivate(new DHPrivateKeySpec(number(v), prime, ModpPrimes.GENERATOR));
    }

    private static String curve(KeGroup group) {
        return group == KeGroup.ECP_256 ? "secp256r1" : "secp384r1";
    }

    private static BigInteger number(Vector v) {
        return new BigInteger(v.text("private"), 16);
    }

    /** RFC 3526 defines its primes by the digits of pi; this works both out from scratch. */
    @Test
    void thePrimesAreThoseOfRfc3526() {
        assertThat(ModpPrimes.P2048).isEqualTo(prime(2048, 124476));
        assertThat(ModpPrimes.P3072).isEqualTo(prime(3072, 1690314));
        for (BigInteger p : new BigInteger[] {ModpPrimes.P2048, ModpPrimes.P3072}) {
            assertThat(p.isProbablePrime(40)).isTrue();
            assertThat(p.shiftRight(1).isProbablePrime(40)).isTrue();
        }
    }

    private static BigInteger prime(int n, int k) {
        BigInteger two = BigInteger.TWO;
        return two.pow(n).subtract(two.pow(n - 64)).subtract(BigInteger.ONE)
                .add(two.pow(64).multiply(pi(n - 130).add(BigInteger.valueOf(k))));
    }

    /** The integer part of 2^bits pi, by Machin's formula: pi = 16 arctan(1/5) - 4 arctan(1/239). */
    private static BigInteger pi(int bits) {
        int guard = 64;
        return arctan(5, bits + guard).shiftLeft(4).subtract(arctan(239, bits + guard).shiftLeft(2))
                .shiftRight(guard);
    }

    private static BigInteger arctan(int inverse, int bits) {
        BigInteger square = BigInteger.valueOf((long) inverse * inverse);
        BigInteger power = BigInteger.TWO.pow(bits).divide(BigInteger.valueOf(inverse));
        BigInteger sum = power;
        for (int n = 3; power.signum() != 0; n += 2) {
            power = power.divide(square);
            BigInteger term = power.divide(BigInteger.valueOf(n));
            sum = n % 4 == 3 ? sum.subtract(term) : sum.add(term);
        }
        return sum;
    }
}
