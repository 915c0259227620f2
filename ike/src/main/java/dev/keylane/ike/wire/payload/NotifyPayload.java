package dev.keylane.ike.wire.payload;

import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;

/**
 * Notify payload, RFC 7296 §3.10.
 *
 * @param protocol   Protocol ID of the SA it concerns; means nothing when {@code spi} is empty
 * @param spi        of that SA, at most 255 octets
 * @param notifyType one of {@link NotifyType} or any other 16 bits
 */
public record NotifyPayload(int protocol, Octets spi, int notifyType, Octets data) implements Payload {
    public NotifyPayload {
        if (spi.length() > 255) {
            throw new IllegalArgumentException("an SPI of " + spi.length() + " octets");
        }
    }

    public static NotifyPayload of(int notifyType) {
        return of(notifyType, Octets.EMPTY);
    }

    /** RFC 7296 §3.10: if the SPI is empty, Protocol ID "MUST be sent as zero". */
    public static NotifyPayload of(int notifyType, Octets data) {
        return new NotifyPayload(0, Octets.EMPTY, notifyType, data);
    }

    @Override
    public int type() {
        return PayloadType.NOTIFY;
    }

    public boolean isError() {
        return NotifyType.isError(notifyType);
    }

    static NotifyPayload parse(OctetReader in) {
        int protocol = in.u8();
        int spiSize = in.u8();
        int notifyType = in.u16();
        return new NotifyPayload(protocol, in.octets(spiSize), notifyType, in.rest());
    }

    void emit(OctetWriter out) {
        out.u8(protocol).u8(spi.length()).u16(notifyType).octets(spi).octets(data);
    }
}
