package dev.keylane.ike.exchange;

import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.List;

/**
 * A request that waits for its answer.
 *
 * @param datagrams RFC 7296 §2.1: "A retransmission from the initiator MUST be bitwise identical to the original
 *                  request."; several when it went in fragments
 * @param begun     when it was sent for the first time
 * @param sent      how often it was sent, 1 or more
 * @param deadline  when it is sent again, or given up
 */
public record PendingRequest(int messageId, int exchange, List<Octets> datagrams, Instant begun, int sent,
                             Instant deadline) {
}
