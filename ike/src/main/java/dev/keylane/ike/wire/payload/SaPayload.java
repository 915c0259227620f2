package dev.keylane.ike.wire.payload;

import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.wire.PayloadType;
import java.util.List;

/** Security Association payload, RFC 7296 §3.3: one proposal or more, in the sender's order of preference. */
public record SaPayload(List<Proposal> proposals) implements Payload {
    public SaPayload {
        proposals = List.copyOf(proposals);
        if (proposals.isEmpty() || proposals.size() > MAX_PROPOSALS) {
            throw new IllegalArgumentException("an SA payload of " + proposals.size() + " proposals");
        }
    }

    @Override
    public int type() {
        return PayloadType.SA;
    }

    static final int MAX_PROPOSALS = 64;
}
