package dev.keylane.ike.exchange;

import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** SET_WINDOW_SIZE, RFC 7296 §2.3: how many requests its sender takes at once, 4 octets. */
final class WindowSize {
    private WindowSize() {
    }

    /** What the message announces, at most the largest int; a size that is none is no announcement. */
    static OptionalInt of(IkeMessage message) {
        for (Payload payload : message.payloads()) {
            if (payload instanceof NotifyPayload notify && notify.notifyType() == NotifyType.SET_WINDOW_SIZE
                    && notify.data().length() == SIZE) {
                int size = 0;
                for (int i = 0; i < SIZE; i++) {
                    size = size << 8 | notify.data().get(i);
                }
                return OptionalInt.of(size < 0 ? Integer.MAX_VALUE : size);
            }
        }
        return OptionalInt.empty();
    }

    static List<Payload> addTo(List<Payload> payloads, int size) {
        List<Payload> all = new ArrayList<>(payloads);
        all.add(NotifyPayload.of(NotifyType.SET_WINDOW_SIZE,
                Octets.of(size >>> 24, size >>> 16 & 0xff, size >>> 8 & 0xff, size & 0xff)));
        return all;
    }

    private static final int SIZE = 4;
}
