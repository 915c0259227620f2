package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildDecision;
import dev.keylane.ike.child.EspSourcePort;
import dev.keylane.ike.child.ResourceInfo;
import dev.keylane.ike.policy.ChildConfig.Mode;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import dev.keylane.ike.wire.payload.TsPayload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The responder's payloads for a Child SA, in the order of RFC 7296 §1.3.1. */
final class ChildPayloads {
    private ChildPayloads() {
    }

    /**
     * @param nonce empty in IKE_AUTH
     */
    static List<Payload> answer(ChildDecision.Agreed agreed, Octets nonce, Optional<KePayload> key, Turn turn) {
        List<Payload> payloads = new ArrayList<>(8);
        payloads.add(new SaPayload(List.of(agreed.answer())));
        if (!nonce.isEmpty()) {
            payloads.add(new NoncePayload(nonce));
        }
        key.ifPresent(payloads::add);
        payloads.add(new TsPayload(true, agreed.terms().selectors().remote()));
        payloads.add(new TsPayload(false, agreed.terms().selectors().local()));
        if (agreed.terms().mode() == Mode.TRANSPORT) {
            payloads.add(NotifyPayload.of(NotifyType.USE_TRANSPORT_MODE));
        }
        if (agreed.resource().perCpu()) {
            payloads.add(ResourceInfo.of(agreed.resource(), turn.context().resourceIds()));
        }
        if (agreed.terms().sources().agreed()) {
            payloads.add(EspSourcePort.notify(agreed.terms().sources().theirs()));
        }
        return payloads;
    }
}
