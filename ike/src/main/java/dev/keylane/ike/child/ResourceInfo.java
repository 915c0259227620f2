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

    public static boolean in(IkeMessage message) {
        return message.notify(NotifyType.SA_RESOURCE_INFO).isPresent();
    }

    /** The peer's identifier, of whatever length: for the log only, it decides nothing. */
    public static Octets data(IkeMessage message) {
        return message.notify(NotifyType.SA_RESOURCE_INFO).map(NotifyPayload::data).orElse(Octets.EMPTY);
    }
}
