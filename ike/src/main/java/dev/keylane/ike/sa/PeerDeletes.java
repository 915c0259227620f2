package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.proposal.ProtocolId;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.DeletePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the peer's INFORMATIONAL requests delete, RFC 7296 §1.4.1. */
record PeerDeletes(Children children, ChildRekeys rekeys) {
    /**
     * @param ikeSa whether the IKE SA itself is gone
     */
    record Answer(List<Payload> payloads, boolean ikeSa) {
    }

    Answer on(IkeMessage message, Turn turn) {
        List<Payload> answer = new ArrayList<>(1);
        for (Payload payload : message.payloads()) {
            if (payload instanceof DeletePayload delete) {
                if (delete.protocol() == ProtocolId.IKE.id()) {
                    turn.note(Group.IKE, "received DELETE for IKE_SA %s[%s]", turn.sa().connectionName(),
                            turn.sa().id());
                    return new Answer(List.of(), true);
                }
                answer(delete, turn).ifPresent(answer::add);
            }
        }
        Optional<NotifyPayload> end = message.notifies().stream()
                .filter(n -> NotifyType.endsIkeSa(n.notifyType())).findFirst();
        end.ifPresent(n -> turn.note(Group.IKE, "received %s notify error", NotifyType.name(n.notifyType())));
        return new Answer(answer, end.isPresent());
    }

    private Optional<DeletePayload> answer(DeletePayload delete, Turn turn) {
        List<Octets> ours = new ArrayList<>(delete.spis().size());
        if (delete.protocol() == ProtocolId.ESP.id()) {
            delete.spis().forEach(spi -> remove(SpiPool.of(spi), turn).ifPresent(ours::add));
        }
        return ours.isEmpty() ? Optional.empty() : Optional.of(new DeletePayload(ProtocolId.ESP.id(), ours));
    }

    /**
     * RFC 7296 §1.4.1: the answer holds Deletes "for the paired SAs going in the other direction"; none for a pair that
     * we are deleting ourselves, and none for one we do not know.
     */
    private Optional<Octets> remove(int peerSpi, Turn turn) {
        Optional<ChildSaView> found = children.findByPeerSpi(peerSpi);
        if (found.isEmpty()) {
            turn.note(Group.IKE, "received DELETE for unknown ESP CHILD_SA with SPI %s", SpiPool.octets(peerSpi));
            children.early().add(peerSpi);
            return Optional.empty();
        }
        ChildSa child = found.get().sa();
        turn.note(Group.IKE, "received DELETE for ESP CHILD_SA with SPI %s", SpiPool.octets(peerSpi));
        boolean crossed = found.get().state() == ChildSaView.State.DELETING;
        Loss loss = crossed ? Loss.ENDED : Loss.CLOSED_BY_PEER;
        ChildDowns.drop(found.get(), loss, "deleted by the peer", children, rekeys, turn);
        return crossed ? Optional.empty() : Optional.of(SpiPool.octets(child.terms().spiIn()));
    }
}
