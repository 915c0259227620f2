package dev.keylane.ike.sa;

import dev.keylane.ike.exchange.PendingRequest;
import dev.keylane.ike.sa.Effect.Group;

/** Sending again and giving up, said as charon says it. */
final class Retransmissions {
    private Retransmissions() {
    }

    static void send(PendingRequest request, Turn turn) {
        turn.note(Group.IKE, "retransmit %s of request with message ID %s", request.sent() - 1, request.messageId());
        turn.emit(new Effect.Retransmitted(turn.sa().id()));
        turn.alert(Alert.RETRANSMIT_SEND);
        turn.repeat(request.datagrams());
    }

    static void giveUp(PendingRequest request, Turn turn) {
        turn.note(Group.IKE, "giving up after %s retransmits", request.sent() - 1);
        turn.alert(Alert.RETRANSMIT_SEND_TIMEOUT);
    }
}
