package dev.keylane.ike.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Vectors;
import dev.keylane.ike.crypto.Vectors.Vector;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.IdPayload;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PskAuthTest {
    private final Crypto crypto = new JcaCrypto();

    static Stream<Vector> auth() {
        return Vectors.of("ikev2-keys.txt").filter(v -> v.text("kind").equals("auth"));
    }

    @ParameterizedTest
    @MethodSource("auth")
    void theAuthenticationDataIsTheKnownOne(Vector v) {
        Identification id = new Identification(v.number("idType"), v.octets("idData"));
        assertThat(PskAuth.compute(crypto, PrfAlgorithm.valueOf(v.text("prf")), v.secret("psk"), v.octets("message"),
                v.octets("nonce"), v.secret("skP"), new IdPayload(true, id))).isEqualTo(v.octets("auth"));
    }

    @ParameterizedTest
    @MethodSource("auth")
    void onlyTheRightDataOfTheRightPeerIsProof(Vector v) {
        Identification id = new Identification(v.number("idType"), v.octets("idData"));
        Octets right = v.octets("auth");
        assertThat(verify(v, id, right)).isTrue();
        for (int at = 0; at < right.length(); at++) {
            byte[] wrong = right.toByteArray();
            wrong[at] ^= 1;
            assertThat(verify(v, id, Octets.wrap(wrong))).isFalse();
        }
        assertThat(verify(v, id, Octets.EMPTY)).isFalse();
        assertThat(verify(v, id, right.slice(0, right.length() - 1))).isFalse();
        assertThat(verify(v, id, Octets.concat(right, Octets.of(0)))).isFalse();
        assertThat(verify(v, new Identification(id.type() + 1, id.data()), right)).isFalse();
        assertThat(verify(v, new Identification(id.type(), Octets.concat(id.data(), id.data())), right)).isFalse();
    }

    /** RFC 7296 §2.15: a peer that fills the reserved octets signs them; RestOfInitIDPayload is the payload as sent. */
    @ParameterizedTest
    @MethodSource("auth")
    void reservedOctetsAreSignedAsTheyWereSent(Vector v) {
        PrfAlgorithm prf = PrfAlgorithm.valueOf(v.text("prf"));
        Identification id = new Identification(v.number("idType"), v.octets("idData"));
        IdPayload odd = new IdPayload(true, id, 0x010203);
        Octets auth = PskAuth.compute(crypto, prf, v.secret("psk"), v.octets("message"), v.octets("nonce"),
                v.secret("skP"), odd);
        assertThat(PskAuth.verify(crypto, prf, v.secret("psk"), v.octets("message"), v.octets("nonce"), v.secret("skP"),
                odd, auth)).isPresent();
        assertThat(verify(v, id, auth)).isFalse();
    }

    private boolean verify(Vector v, Identification id, Octets received) {
        return PskAuth.verify(crypto, PrfAlgorithm.valueOf(v.text("prf")), v.secret("psk"), v.octets("message"),
                v.octets("nonce"), v.secret("skP"), new IdPayload(true, id), received).filter(proof -> proof.peer()
                        .equals(id)).isPresent();
    }
}
