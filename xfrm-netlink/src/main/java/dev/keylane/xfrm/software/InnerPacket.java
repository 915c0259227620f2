package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.software.esp.EspTrailer;
import dev.keylane.xfrm.software.packet.Checksum;
import dev.keylane.xfrm.software.packet.IpHeader;
import dev.keylane.xfrm.software.packet.IpPacket;
import org.jspecify.annotations.Nullable;

/** Makes an IP packet of what ESP carried. */
final class InnerPacket {
    /** Octets in front of the plaintext that a transport mode packet's new header needs. */
    static final int HEADROOM = IpPacket.V6_HEADER;

    private InnerPacket() {
    }

    sealed interface Result {
    }

    record Whole(IpPacket packet) implements Result {
    }

    record Refused(DropReason reason) implements Result {
    }

    /**
     * @param data  plaintext of {@code plain} octets behind {@link #HEADROOM}
     */
    static Result of(SaSpec sa, byte[] data, int plain) {
        EspTrailer trailer = EspTrailer.of(data, HEADROOM, plain);
        if (trailer == null) {
            return new Refused(DropReason.IN_CONTENT);
        }
        if (trailer.nextHeader() == EspTrailer.NO_NEXT_HEADER) {
            return new Refused(DropReason.IN_DUMMY);
        }
        return switch (sa.mode()) {
            case TUNNEL -> tunnelled(trailer, data);
            case TRANSPORT -> transported(sa, trailer, data);
        };
    }

    /** Octets behind the inner packet's own length are traffic flow confidentiality padding, RFC 4303 §2.7. */
    private static Result tunnelled(EspTrailer trailer, byte[] data) {
        boolean v4 = trailer.nextHeader() == EspTrailer.IPV4;
        if (!v4 && trailer.nextHeader() != EspTrailer.IPV6) {
            return new Refused(DropReason.IN_CONTENT);
        }
        return whole(IpPacket.parse(data, HEADROOM, trailer.payloadLength()), v4);
    }

    /**
     * The header did not travel with the packet, so a plain one is made of the state's addresses. Behind a NAT those
     * are not the ones the sender computed its checksum with.
     */
    private static Result transported(SaSpec sa, EspTrailer trailer, byte[] data) {
        IpAddress source = sa.source();
        int from = HEADROOM - IpHeader.size(source.isV4());
        IpHeader.write(data, from, source, sa.id().destination(), trailer.nextHeader(), trailer.payloadLength());
        IpPacket packet = IpPacket.parse(data, from, HEADROOM - from + trailer.payloadLength());
        if (packet != null && sa.encap() != null) {
            // RFC 3948 §3.1.2: if the next header is TCP or UDP, the checksum must be fixed or recomputed.
            Checksum.completeUpperLayer(packet);
        }
        return whole(packet, source.isV4());
    }

    private static Result whole(@Nullable IpPacket packet, boolean v4) {
        return packet == null || packet.isV4() != v4 || v4 && !Checksum.isV4HeaderRight(packet)
                ? new Refused(DropReason.IN_CONTENT)
                : new Whole(packet);
    }
}
