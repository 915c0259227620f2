package dev.keylane.ike.wire;

import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A header and the payloads behind it, in their order on the wire; no rule depends on that order. */
public record IkeMessage(IkeHeader header, List<Payload> payloads) {
    public IkeMessage {
        payloads = List.copyOf(payloads);
    }

    /** The first payload of a kind. TSi and TSr, and IDi and IDr, share a kind: see {@link #firstOf(int, Class)}. */
    public <P extends Payload> Optional<P> first(Class<P> kind) {
        for (Payload payload : payloads) {
            if (kind.isInstance(payload)) {
                return Optional.of(kind.cast(payload));
            }
        }
        return Optional.empty();
    }

    /** The first payload of {@code type}, one of {@link PayloadType}, which is of class {@code kind}. */
    public <P extends Payload> Optional<P> firstOf(int type, Class<P> kind) {
        for (Payload payload : payloads) {
            if (payload.type() == type && kind.isInstance(payload)) {
                return Optional.of(kind.cast(payload));
            }
        }
        return Optional.empty();
    }

    public List<NotifyPayload> notifies() {
        List<NotifyPayload> found = new ArrayList<>();
        for (Payload payload : payloads) {
            if (payload instanceof NotifyPayload notify) {
                found.add(notify);
            }
        }
        return found;
    }

    /** The first Notify payload of {@code type}, one of {@link NotifyType}. */
    public Optional<NotifyPayload> notify(int type) {
        for (Payload payload : payloads) {
            if (payload instanceof NotifyPayload notify && notify.notifyType() == type) {
                return Optional.of(notify);
            }
        }
        return Optional.empty();
    }
}
