package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.wire.Octets;
import java.util.Optional;

/** One group by one provider. Implementations are stateless: any thread may use them. */
interface KeyExchange {
    EphemeralKey generate();

    /**
     * Empty when the public value is not a member of the group; its length has been checked.
     *
     * @param own a key this exchange, or another for the same group of the same provider, generated
     */
    Optional<Secret> agree(EphemeralKey own, Octets peerPublic);
}
