package dev.keylane.ike.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.crypto.Vectors.Vector;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.EspSuite;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.IntegrityAlgorithm;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyScheduleTest {
    private final Crypto crypto = new JcaCrypto();

    static Stream<Vector> ike() {
        return Vectors.of("ikev2-keys.txt").filter(v -> v.text("kind").equals("ike"));
    }

    static Stream<Vector> child() {
        return Vectors.of("ikev2-keys.txt").filter(v -> v.text("kind").equals("child"));
    }

    @ParameterizedTest
    @MethodSource("ike")
    void ikeKeysAreTheKnownOnes(Vector v) {
        IkeSuite suite = new IkeSuite(EncryptionAlgorithm.valueOf(v.text("encryption")), v.number("keyBits"),
                PrfAlgorithm.valueOf(v.text("prf")), integrity(v), KeGroup.CURVE_25519);
        IkeKeys keys = v.text("oldPrf").equals("-")
                ? KeySchedule.initial(crypto, suite, v.secret("sharedSecret"), v.octets("ni"), v.octets("nr"),
                        v.spi("spiI"), v.spi("spiR"))
                : KeySchedule.rekeyed(crypto, suite, PrfAlgorithm.valueOf(v.text("oldPrf")), v.secret("oldSkD"),
                        v.secret("sharedSecret"), v.octets("ni"), v.octets("nr"), v.spi("spiI"), v.spi("spiR"));
        check(keys.d(), v, "d");
        check(keys.ai(), v, "ai");
        check(keys.ar(), v, "ar");
        check(keys.ei(), v, "ei");
        check(keys.er(), v, "er");
        check(keys.pi(), v, "pi");
        check(keys.pr(), v, "pr");
    }

    @ParameterizedTest
    @MethodSource("child")
    void childKeysAreTheKnownOnes(Vector v) {
        EspSuite suite = new EspSuite(EncryptionAlgorithm.valueOf(v.text("encryption")), v.number("keyBits"),
                integrity(v), null, true);
        Secret shared = v.text("sharedSecret").isEmpty() ? null : v.secret("sharedSecret");
        ChildKeys keys = KeySchedule.child(crypto, PrfAlgorithm.valueOf(v.text("prf")), v.secret("d"), suite, shared,
                v.octets("ni"), v.octets("nr"));
        check(keys.initiatorEncryption(), v, "ei");
        check(keys.initiatorIntegrity(), v, "ai");
        check(keys.responderEncryption(), v, "er");
        check(keys.responderIntegrity(), v, "ar");
    }

    @Test
    void aStageConsumesTheOneBeforeItAndLeavesSkDAlone() {
        IkeSuite suite = new IkeSuite(EncryptionAlgorithm.AES_GCM_16, 128, PrfAlgorithm.PRF_HMAC_SHA2_256, null,
                KeGroup.CURVE_25519);
        EspSuite esp = new EspSuite(EncryptionAlgorithm.AES_GCM_16, 128, null, null, true);
        Octets nonce = Octets.wrap(new byte[32]);
        Secret first = Secret.wrap(new byte[32]);
        Secret second = Secret.wrap(new byte[32]);
        Secret third = Secret.wrap(new byte[32]);
        IkeKeys keys = KeySchedule.initial(crypto, suite, first, nonce, nonce, 1, 2);
        KeySchedule.child(crypto, suite.prf(), keys.d(), esp, second, nonce, nonce);
        KeySchedule.rekeyed(crypto, suite, suite.prf(), keys.d(), third, nonce, nonce, 3, 4);
        for (Secret used : new Secret[] {first, second, third}) {
            assertThatThrownBy(used::borrow).isInstanceOf(IllegalStateException.class);
        }
        assertThat(keys.d().borrow()).hasSize(32);
        keys.close();
        for (Secret gone : new Secret[] {keys.d(), keys.ei(), keys.er(), keys.pi(), keys.pr()}) {
            assertThatThrownBy(gone::borrow).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void keysAreNotPrinted() {
        IkeSuite suite = new IkeSuite(EncryptionAlgorithm.AES_CBC, 128, PrfAlgorithm.PRF_HMAC_SHA2_256,
                IntegrityAlgorithm.HMAC_SHA2_256_128, KeGroup.CURVE_25519);
        Octets nonce = Octets.wrap(new byte[32]);
        assertThat(KeySchedule.initial(crypto, suite, Secret.wrap(new byte[32]), nonce, nonce, 1, 2).toString())
                .isEqualTo("IkeKeys[d=Secret[32], ai=Secret[32], ar=Secret[32], ei=Secret[16], er=Secret[16],"
                        + " pi=Secret[32], pr=Secret[32]]");
    }

    private static @Nullable IntegrityAlgorithm integrity(Vector v) {
        return v.text("integrity").equals("-") ? null : IntegrityAlgorithm.valueOf(v.text("integrity"));
    }

    private static void check(@Nullable Secret key, Vector v, String name) {
        assertThat(key == null ? "" : Octets.wrap(key.borrow()).toHex()).as(name).isEqualTo(v.text(name));
    }
}
