package dev.keylane.ike.auth;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.IdPayload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/** Shared Key Message Integrity Code, authentication method 2, RFC 7296 §2.15. */
public final class PskAuth {
    private PskAuth() {
    }

    /**
     * The Authentication Data of one side.
     *
     * @param realMessage that side's IKE_SA_INIT message as finally sent, without a non-ESP marker
     * @param peerNonce   the nonce of the other side
     * @param skP         SK_pi for the initiator's AUTH, SK_pr for the responder's
     * @param id          that side's identity as it went over the wire
     */
    public static Octets compute(Crypto crypto, PrfAlgorithm prf, Secret psk, Octets realMessage, Octets peerNonce,
                                 Secret skP, IdPayload id) {
        // AUTH = prf( prf(Shared Secret, "Key Pad for IKEv2"), <SignedOctets>), the string without a terminating null
        try (Secret maced = crypto.prf(prf, skP, id.body());
             Secret padded = crypto.prf(prf, psk, KEY_PAD);
             Secret auth = crypto.prf(prf, padded, realMessage, peerNonce, Octets.wrap(maced.borrow()))) {
            return Octets.copyOf(auth.borrow());
        }
    }

    /**
     * Whether {@code received} is the right Authentication Data of {@code peer}, told in constant time; the other
     * parameters are those of {@link #compute} as the peer had them.
     */
    public static Optional<AuthVerified> verify(Crypto crypto, PrfAlgorithm prf, Secret psk, Octets realMessage,
                                                Octets peerNonce, Secret skP, IdPayload peer, Octets received) {
        Octets expected = compute(crypto, prf, psk, realMessage, peerNonce, skP, peer);
        return MessageDigest.isEqual(expected.borrow(), received.borrow())
                ? Optional.of(new AuthVerified(peer.id()))
                : Optional.empty();
    }

    private static final Octets KEY_PAD = Octets.wrap("Key Pad for IKEv2".getBytes(StandardCharsets.US_ASCII));
}
