package dev.keylane.ike.exchange;

import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.Octets;
import java.util.List;

/**
 * A message of ours, ready to be sent.
 *
 * @param message   before it was encrypted
 * @param octets    of the message in one piece
 * @param datagrams it goes in: one, or its fragments
 */
public record Sealed(IkeMessage message, int octets, List<Octets> datagrams) {
    public Sealed {
        datagrams = List.copyOf(datagrams);
    }
}
