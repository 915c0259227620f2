package dev.keylane.ike.wire;

import dev.keylane.ike.wire.payload.Payload;
import java.util.List;

/** What a run of payloads turned out to be. */
public sealed interface PayloadChain {
    record Ok(List<Payload> payloads) implements PayloadChain {
        public Ok {
            payloads = List.copyOf(payloads);
        }
    }

    record Malformed(String reason) implements PayloadChain {
    }

    /** Well-formed, but this payload is unknown to us and marked critical. */
    record UnsupportedCritical(int payloadType) implements PayloadChain {
    }
}
