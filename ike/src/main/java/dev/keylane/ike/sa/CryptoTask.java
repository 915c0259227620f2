package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.wire.Octets;

/** A slow computation the core asks for; {@link CryptoResult#of} carries it out. */
public sealed interface CryptoTask {
    record Generate(KeGroup group) implements CryptoTask {
    }

    record Agree(Crypto.KeyPair own, Octets peerPublic) implements CryptoTask {
    }

    /** A responder's half: a fresh key, agreed with the peer's at once. */
    record GenerateAndAgree(KeGroup group, Octets peerPublic) implements CryptoTask {
    }
}
