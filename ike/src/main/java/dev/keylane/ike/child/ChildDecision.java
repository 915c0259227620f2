package dev.keylane.ike.child;

import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import org.jspecify.annotations.Nullable;

/** What we make, as responder, of a peer's request for a Child SA. */
public sealed interface ChildDecision {
    /**
     * @param answer      the chosen proposal with the peer's number and our SPI
     * @param keyExchange the peer's public value, null without forward secrecy
     */
    record Agreed(ChildConfig config, ChildTerms terms, Resource resource, Proposal answer,
                  @Nullable KePayload keyExchange) implements ChildDecision {
        public Agreed from(UdpSources ports) {
            return new Agreed(config, terms.from(ports), resource, answer, keyExchange);
        }
    }

    /**
     * @param reason one line for the log
     */
    record Refused(NotifyPayload notice, String reason) implements ChildDecision {
    }
}
