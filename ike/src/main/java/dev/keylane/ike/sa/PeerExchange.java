package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildDecision;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.Payload;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of the peer's that cannot be answered yet, by what it waits for. */
sealed interface PeerExchange {
    /** The way the request came, which the answer goes back. */
    Path path();

    /**
     * @param old    number of the child that is replaced
     * @param nonces of the exchange that replaces it
     */
    record Replaced(long old, ChildRekeys.Replacement nonces) {
    }

    /** The shared secret of a CREATE_CHILD_SA with forward secrecy. */
    record Agreeing(Path path, int messageId, ChildDecision.Agreed agreed, Octets nonceI, Octets nonceR,
                    @Nullable ChildSa replaced, long ticket)
            implements PeerExchange {
    }

    /**
     * The kernel: RFC 7296 §2.8 wants the responder ready to receive on the new SA before it answers.
     *
     * @param proof  what IKE_AUTH carries before the Child SA, empty otherwise
     * @param answer the Child SA's payloads
     * @param inboundFirst whether the outbound SA is left out for now, there being another one to send on
     * @param rekey  what it replaces, null for nothing
     */
    record Installing(Path path, int messageId, int exchange, ChildSa child, List<Payload> proof,
                      List<Payload> answer, boolean inboundFirst, @Nullable Replaced rekey)
            implements PeerExchange {
    }
}
