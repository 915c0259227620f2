package dev.keylane.ike.child;

import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/**
 * A notify of our own, for Child SAs whose ESP leaves from UDP ports of its own: from which port the sender of the notify
 * wants the other to send, since that decides where packets arrive. An answer has it when the request had it. RFC 7296
 * §3.10.1: "Notify payloads with status types that are not recognized MUST be ignored."
 */
public final class EspSourcePort {
    /** Stands for a Vendor ID: types for private use may mean something else to others. */
    private static final Octets NAME = Octets.wrap("keylane".getBytes(StandardCharsets.US_ASCII));
    /** RFC 6335 §6: the dynamic ports are 49152 to 65535. */
    private static final int FIRST = 49_152;

    private EspSourcePort() {
    }

    /**
     * @param port {@link UdpSources#ANY} for one that follows the peer's wish and has none
     */
    public static NotifyPayload notify(int port) {
        return NotifyPayload.of(NotifyType.ESP_SOURCE_PORT, Octets.concat(NAME, Octets.of(port >> 8, port & 0xff)));
    }

    /** The sender's wish; empty when it does not know of such. What cannot be followed is none. */
    public static OptionalInt in(IkeMessage message) {
        Octets data = message.notify(NotifyType.ESP_SOURCE_PORT).map(NotifyPayload::data).orElse(Octets.EMPTY);
        int length = NAME.length();
        if (data.length() != length + 2 || !data.slice(0, length).equals(NAME)) {
            return OptionalInt.empty();
        }
        int port = data.get(length) << 8 | data.get(length + 1);
        return OptionalInt.of(port < FIRST ? UdpSources.ANY : port);
    }
}
