package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.wire.Octets;

/** What came of a {@link CryptoTask}. */
public sealed interface CryptoResult {
    record Generated(Crypto.KeyPair pair) implements CryptoResult {
    }

    /**
     * @param ownPublic our public value: what the peer needs if the pair was made for this agreement
     */
    record Agreed(Secret sharedSecret, Octets ownPublic) implements CryptoResult {
    }

    /** The peer's public value is not one. */
    record BadPeerValue() implements CryptoResult {
    }

    /** Destroys what nobody waits for any more. */
    default void discard() {
        switch (this) {
            case Generated(Crypto.KeyPair pair) -> pair.close();
            case Agreed(Secret sharedSecret, Octets _) -> sharedSecret.close();
            case BadPeerValue() -> {
            }
        }
    }

    /** Runs the task to its end on the calling thread. */
    static CryptoResult of(CryptoTask task, Crypto crypto) {
        return switch (task) {
            case CryptoTask.Generate generate -> new Generated(crypto.generate(generate.group()));
            case CryptoTask.Agree agree -> agree(agree.own(), agree.peerPublic(), crypto);
            case CryptoTask.GenerateAndAgree both ->
                    agree(crypto.generate(both.group()), both.peerPublic(), crypto);
        };
    }

    private static CryptoResult agree(Crypto.KeyPair own, Octets peerPublic, Crypto crypto) {
        try (own) {
            return crypto.agree(own, peerPublic)
                    .<CryptoResult>map(secret -> new Agreed(secret, own.publicValue()))
                    .orElseGet(BadPeerValue::new);
        }
    }
}
