package dev.keylane.ike.wire;

import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;

/**
 * A message as charon's log shows it: {@code IKE_AUTH request 1 [ IDi AUTH N(INIT_CONTACT) SA TSi TSr ]}. Put together only
 * when somebody reads it, and without a word of the peer's choosing.
 */
public record MessageSummary(IkeMessage message) {
    @Override
    public String toString() {
        IkeHeader header = message.header();
        StringBuilder text = new StringBuilder(ExchangeType.name(header.exchange()))
                .append(header.response() ? " response " : " request ")
                .append(Integer.toUnsignedString(header.messageId())).append(" [");
        for (Payload payload : message.payloads()) {
            text.append(' ').append(name(payload));
        }
        return text.append(" ]").toString();
    }

    private static String name(Payload payload) {
        if (payload instanceof NotifyPayload notify) {
            return "N(" + NotifyShortNames.of(notify.notifyType()) + ")";
        }
        return payload.type() == PayloadType.NONCE ? "No" : PayloadType.name(payload.type());
    }
}
