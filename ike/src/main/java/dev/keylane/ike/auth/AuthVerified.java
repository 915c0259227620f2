package dev.keylane.ike.auth;

import dev.keylane.ike.policy.Identification;

/** Proof that the peer showed it knows the secret of {@link #peer}; only a verification in this package makes one. */
public final class AuthVerified {
    private final Identification peer;

    AuthVerified(Identification peer) {
        this.peer = peer;
    }

    public Identification peer() {
        return peer;
    }

    @Override
    public String toString() {
        return "AuthVerified[" + peer + "]";
    }
}
