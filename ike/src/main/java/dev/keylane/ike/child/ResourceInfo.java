package dev.keylane.ike.child;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.nio.ByteBuffer;

/** The SA_RESOURCE_INFO notify of RFC 9611 §5.1. */
public final class ResourceInfo {
    private ResourceInfo() {
    }

    /**
     * The notify for an SA of {@code resource}: without data for the fallback SA, with an opaque identifier otherwise.
     * RFC 9611 §5.1: the identifier should be unique among the SAs of the same selectors and should not tell hardware
     * facts, so it is a digest of the CPU's number and the IKE SA's SPIs, steady through rekeys of the Child SA.
     */
    public static NotifyPayload of(Resource resource, Crypto crypto, long ikeSpiI, long ikeSpiR) {
        return NotifyPayload.of(NotifyType.SA_RESOURCE_INFO,
                resource.isBound() ? identifier(resource, crypto, ikeSpiI, ikeSpiR) : Octets.EMPTY);
    }

    public static boolean in(IkeMessage message) {
        return message.notify(NotifyType.SA_RESOURCE_INFO).isPresent();
    }

    /** The peer's identifier, of whatever length: for the log only, it decides nothing. */
    public static Octets data(IkeMessage message) {
        return message.notify(NotifyType.SA_RESOURCE_INFO).map(NotifyPayload::data).orElse(Octets.EMPTY);
    }

    private static Octets identifier(Resource resource, Crypto crypto, long ikeSpiI, long ikeSpiR) {
        ByteBuffer seed = ByteBuffer.allocate(20).putLong(ikeSpiI).putLong(ikeSpiR).putInt(resource.cpu());
        return crypto.sha1(Octets.wrap(seed.array())).slice(0, 4);
    }
}
