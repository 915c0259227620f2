package dev.keylane.ike.exchange;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.nio.ByteBuffer;
import java.util.List;

/** NAT detection, RFC 7296 §2.23: hashes of the SPIs with the addresses and ports each side believes in. */
public final class NatDetection {
    private NatDetection() {
    }

    /**
     * @param fake spoil the source hash, so that the peer finds a NAT and encapsulates
     */
    public static List<NotifyPayload> payloads(Crypto crypto, long spiI, long spiR, IpEndpoint local,
                                               IpEndpoint remote, boolean fake) {
        IpEndpoint source = fake ? local.withPort(0) : local;
        return List.of(
                NotifyPayload.of(NotifyType.NAT_DETECTION_SOURCE_IP, hash(crypto, spiI, spiR, source)),
                NotifyPayload.of(NotifyType.NAT_DETECTION_DESTINATION_IP, hash(crypto, spiI, spiR, remote)));
    }

    /**
     * What the peer's message says about the way between {@code local} and {@code remote}, as we see them.
     *
     * @param supported whether the peer sent the notifies at all
     */
    public record Found(boolean supported, boolean localBehindNat, boolean remoteBehindNat) {
    }

    public static Found examine(Crypto crypto, IkeMessage message, IpEndpoint local, IpEndpoint remote) {
        List<Octets> sources = data(message, NotifyType.NAT_DETECTION_SOURCE_IP);
        List<Octets> destinations = data(message, NotifyType.NAT_DETECTION_DESTINATION_IP);
        if (sources.isEmpty() || destinations.isEmpty()) {
            return new Found(false, false, false);
        }
        long spiI = message.header().spiInitiator();
        long spiR = message.header().spiResponder();
        // "If none of the NAT_DETECTION_SOURCE_IP payload(s) received matches [the] address and port of the packet,
        // [its sender] is behind a NAT" (shortened); the destination likewise for ourselves.
        return new Found(true, !destinations.contains(hash(crypto, spiI, spiR, local)),
                !sources.contains(hash(crypto, spiI, spiR, remote)));
    }

    private static List<Octets> data(IkeMessage message, int type) {
        return message.notifies().stream().filter(n -> n.notifyType() == type).map(NotifyPayload::data).toList();
    }

    /** "SHA-1 digest of the SPIs (in the order they appear in the header), IP address, and port". */
    private static Octets hash(Crypto crypto, long spiI, long spiR, IpEndpoint endpoint) {
        ByteBuffer spis = ByteBuffer.allocate(16).putLong(spiI).putLong(spiR);
        return crypto.sha1(Octets.wrap(spis.array()), endpoint.address().octets(),
                Octets.of(endpoint.port() >> 8, endpoint.port() & 0xff));
    }
}
