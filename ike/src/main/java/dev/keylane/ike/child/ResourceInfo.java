package dev.keylane.ike.child;

import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;

/** The SA_RESOURCE_INFO notify of RFC 9611 §5.1. */
public final class ResourceInfo {
    private ResourceInfo() {
    }

    /** The notify for an SA of {@code resource}: without data for the fallback SA, with an opaque identifier otherwise. */
    public static NotifyPayload of(Resource resource, ResourceIds ids) {
        return NotifyPayload.of(NotifyType.SA_RESOURCE_INFO,
                resource.isBound() ? ids.of(resource.cpu()) : Octets.EMPTY);
    }

    /** Whether the peer takes SAs per resource. Its own identifier, of whatever length, decides nothing. */
    public static boolean in(IkeMessage message) {
        return message.notify(NotifyType.SA_RESOURCE_INFO).isPresent();
    }
}
