package dev.keylane.ike.crypto.jca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.wire.Octets;
import java.math.BigInteger;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.stream.Stream;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class KeyExchangeTest {
    private static final Crypto FAST = new JcaCrypto();
    private static final Crypto PURE = JcaCrypto.pureJava();

    @Test
    void nativeCodeIsInUseOnMachinesItIsBuiltFor() {
        assertThat(Conscrypt.isAvailable()).isTrue();
        assertThat(KeyExchanges.fastest(new SecureRandom()).of(KeGroup.CURVE_25519))
                .isInstanceOf(ConscryptX25519.class);
    }

    @Test
    void noProviderIsRegistered() {
        assertThat(FAST.generate(KeGroup.ECP_256).publicValue().length()).isEqualTo(64);
        assertThat(Security.getProviders()).extracting(Provider::getName).doesNotContain("Conscrypt", "BC");
    }

    @ParameterizedTest
    @EnumSource(KeGroup.class)
    void bothImplementationsAgreeWithEachOther(KeGroup group) {
        for (int round = 0; round < 20; round++) {
            try (Crypto.KeyPair a = FAST.generate(group); Crypto.KeyPair b = PURE.generate(group)) {
                assertThat(a.publicValue().length()).isEqualTo(group.publicSize());
                assertThat(b.publicValue().length()).isEqualTo(group.publicSize());
                var atA = FAST.agree(a, b.publicValue()).orElseThrow();
                var atB = PURE.agree(b, a.publicValue()).orElseThrow();
                assertThat(atA).isEqualTo(atB);
                assertThat(atA.length()).isEqualTo(group.secretSize());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(KeGroup.class)
    void everyKeyIsFresh(KeGroup group) {
        assertThat(FAST.generate(group).publicValue()).isNotEqualTo(FAST.generate(group).publicValue());
        assertThat(PURE.generate(group).publicValue()).isNotEqualTo(PURE.generate(group).publicValue());
    }

    static Stream<Arguments> badValues() {
        return Stream.of(FAST, PURE).flatMap(crypto -> Stream.of(KeGroup.values()).flatMap(group -> {
            byte[] good = crypto.generate(group).publicValue().toByteArray();
            Stream<Octets> lengths = Stream.of(Octets.EMPTY, Octets.wrap(Arrays.copyOf(good, good.length - 1)),
                    Octets.wrap(Arrays.copyOf(good, good.length + 1)), Octets.concat(Octets.of(4), Octets.wrap(good)));
            return Stream.concat(lengths, members(group, good)).map(bad -> Arguments.of(crypto, group, bad));
        }));
    }

    private static Stream<Octets> members(KeGroup group, byte[] good) {
        byte[] zero = new byte[good.length];
        byte[] ones = new byte[good.length];
        Arrays.fill(ones, (byte) 0xff);
        byte[] flipped = good.clone();
        flipped[flipped.length - 1] ^= 1;
        byte[] one = new byte[good.length];
        return switch (group) {
            case ECP_256, ECP_384 -> Stream.of(zero, ones, flipped).map(Octets::wrap);
            case MODP_2048, MODP_3072 -> {
                one[one.length - 1] = 1;
                byte[] minusOne = (group == KeGroup.MODP_2048 ? ModpPrimes.P2048 : ModpPrimes.P3072)
                        .subtract(BigInteger.ONE).toByteArray();
                yield Stream.of(zero, one, ones, Arrays.copyOfRange(minusOne, 1, minusOne.length)).map(Octets::wrap);
            }
            // Points of small order, RFC 7748 §6.1: the result would be all zeros.
            case CURVE_25519 -> {
                one[0] = 1;
                yield Stream.concat(Stream.of(zero, one).map(Octets::wrap), Stream.of(
                        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f").map(Octets::ofHex));
            }
        };
    }

    @ParameterizedTest
    @MethodSource("badValues")
    void aPublicValueThatIsNoneIsRefused(Crypto crypto, KeGroup group, Octets bad) {
        try (Crypto.KeyPair own = crypto.generate(group)) {
            assertThat(crypto.agree(own, bad)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(KeGroup.class)
    void aDestroyedKeyIsNotUsed(KeGroup group) {
        for (Crypto crypto : new Crypto[] {FAST, PURE}) {
            Crypto.KeyPair own = crypto.generate(group);
            own.close();
            Octets peer = crypto.generate(group).publicValue();
            assertThatThrownBy(() -> crypto.agree(own, peer)).isInstanceOf(IllegalStateException.class);
            assertThat(own.toString()).isEqualTo("EphemeralKey[" + group + "]");
        }
    }
}
