package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.proposal.IkeSuite;

/** Telling the keys of an IKE SA, the same for all ways to get some, and only to those who have asked. */
final class KeyDisclosure {
    private KeyDisclosure() {
    }

    static void tell(IkeSa sa, IkeSuite suite, IkeKeys keys, Turn turn) {
        if (turn.context().settings().tellKeys()) {
            turn.emit(new Effect.KeysAgreed(sa.spiInitiator(), sa.spiResponder(), suite, keys));
        }
    }
}
