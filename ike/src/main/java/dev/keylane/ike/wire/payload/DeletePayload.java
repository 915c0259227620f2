package dev.keylane.ike.wire.payload;

import dev.keylane.ike.proposal.ProtocolId;
import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadType;
import java.util.ArrayList;
import java.util.List;

/**
 * Delete payload, RFC 7296 §3.11.
 *
 * @param protocol Protocol ID: 1 deletes the IKE SA of the message, 2 and 3 the SAs with these SPIs
 * @param spis     the sender's inbound SPIs, all of one length; none for the IKE SA
 */
public record DeletePayload(int protocol, List<Octets> spis) implements Payload {
    public DeletePayload {
        spis = List.copyOf(spis);
        if (spis.size() > MAX_SPIS) {
            throw new IllegalArgumentException(spis.size() + " SPIs to delete");
        }
        for (Octets spi : spis) {
            if (spi.isEmpty() || spi.length() != spis.getFirst().length() || spi.length() > 255) {
                throw new IllegalArgumentException("SPIs to delete: " + spis);
            }
        }
    }

    @Override
    public int type() {
        return PayloadType.DELETE;
    }

    static DeletePayload parse(OctetReader in) {
        int protocol = in.u8();
        int spiSize = in.u8();
        int count = in.u16();
        // RFC 7296 §3.11: SPI Size "MUST be zero for IKE (SPI is in message header) or four for AH and ESP".
        in.require(protocol != ProtocolId.IKE.id() || spiSize == 0 && count == 0, "SPIs that name an IKE SA");
        in.require(count == 0 || !isIpsec(protocol) || spiSize == IPSEC_SPI_SIZE, "SPIs that are not of 4 octets");
        in.require(count == 0 || spiSize > 0, "SPIs without octets");
        in.require(count <= MAX_SPIS, "more than 256 SPIs");
        List<Octets> spis = new ArrayList<>(Math.min(count, in.remaining() / Math.max(1, spiSize)));
        for (int i = 0; i < count; i++) {
            spis.add(in.octets(spiSize));
        }
        return new DeletePayload(protocol, spis);
    }

    void emit(OctetWriter out) {
        int emptySize = isIpsec(protocol) ? IPSEC_SPI_SIZE : 0;
        out.u8(protocol).u8(spis.isEmpty() ? emptySize : spis.getFirst().length()).u16(spis.size());
        for (Octets spi : spis) {
            out.octets(spi);
        }
    }

    private static boolean isIpsec(int protocol) {
        return protocol == ProtocolId.AH.id() || protocol == ProtocolId.ESP.id();
    }

    private static final int IPSEC_SPI_SIZE = 4;
    private static final int MAX_SPIS = 256;
}
