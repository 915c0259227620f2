package dev.keylane.ike.wire.payload;

import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.wire.PayloadType;
import java.util.List;

/**
 * Traffic Selector payload, RFC 7296 §3.13.
 *
 * @param initiator TSi, otherwise TSr
 * @param selectors those we can use, in the sender's order; may be empty when a peer sent none of a kind we know
 */
public record TsPayload(boolean initiator, List<TrafficSelector> selectors) implements Payload {
    public TsPayload {
        selectors = List.copyOf(selectors);
        if (selectors.size() > 255) {
            throw new IllegalArgumentException(selectors.size() + " traffic selectors");
        }
    }

    @Override
    public int type() {
        return initiator ? PayloadType.TS_I : PayloadType.TS_R;
    }
}
