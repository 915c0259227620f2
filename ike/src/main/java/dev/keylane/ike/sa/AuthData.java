package dev.keylane.ike.sa;

import dev.keylane.ike.auth.AuthVerified;
import dev.keylane.ike.auth.PskAuth;
import dev.keylane.ike.auth.SharedKeySelection;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.SharedKey;
import dev.keylane.ike.proposal.PrfAlgorithm;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.AuthPayload;
import dev.keylane.ike.wire.payload.IdPayload;
import java.util.List;
import java.util.Optional;

/**
 * What both AUTH payloads are computed over, RFC 7296 §2.15: the IKE_SA_INIT messages as they went over the wire and
 * the nonces.
 */
record AuthData(Octets initRequest, Octets initResponse, Octets nonceI, Octets nonceR) {
    /** Our AUTH payload, or empty when no shared key fits the identities. */
    Optional<AuthPayload> sign(Turn turn, boolean initiator, PrfAlgorithm prf, IkeKeys keys, Identification own,
                               Identification peer) {
        return SharedKeySelection.find(turn.context().book().sharedKeys(), own, peer).map(key -> new AuthPayload(PSK,
                compute(turn.context().crypto(), initiator, prf, keys, key, new IdPayload(initiator, own))));
    }

    /**
     * Proof that {@code received} is the peer's, by any of the keys that fit.
     *
     * @param id the peer's identity as it came: AUTH covers its reserved octets too
     */
    Optional<AuthVerified> verify(Turn turn, boolean peerInitiated, PrfAlgorithm prf, IkeKeys keys, Identification own,
                                  IdPayload id, AuthPayload received) {
        Identification peer = id.id();
        List<SharedKey> candidates = SharedKeySelection.candidates(turn.context().book().sharedKeys(), own, peer);
        if (candidates.isEmpty()) {
            turn.note(Effect.Group.IKE, "no shared key found for '%s' - '%s'", own, peer);
            return Optional.empty();
        }
        if (received.method() != PSK) {
            turn.note(Effect.Group.IKE, "peer '%s' used authentication method %s, not a pre-shared key", peer,
                    received.method());
            return Optional.empty();
        }
        Crypto crypto = turn.context().crypto();
        for (SharedKey key : candidates) {
            Optional<AuthVerified> proof = PskAuth.verify(crypto, prf, key.secret(), realMessage(peerInitiated),
                    otherNonce(peerInitiated), peerInitiated ? keys.pi() : keys.pr(), id, received.data());
            if (proof.isPresent()) {
                turn.note(Effect.Group.IKE, "authentication of '%s' with pre-shared key successful", peer);
                return proof;
            }
        }
        turn.note(Effect.Group.IKE, "tried %s shared key%s for '%s' - '%s', but MAC mismatched", candidates.size(),
                candidates.size() == 1 ? "" : "s", own, peer);
        return Optional.empty();
    }

    private Octets compute(Crypto crypto, boolean initiator, PrfAlgorithm prf, IkeKeys keys, SharedKey key,
                           IdPayload own) {
        return PskAuth.compute(crypto, prf, key.secret(), realMessage(initiator), otherNonce(initiator),
                initiator ? keys.pi() : keys.pr(), own);
    }

    private Octets realMessage(boolean initiator) {
        return initiator ? initRequest : initResponse;
    }

    private Octets otherNonce(boolean initiator) {
        return initiator ? nonceR : nonceI;
    }

    /** Shared Key Message Integrity Code. */
    private static final int PSK = 2;
}
