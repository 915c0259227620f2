package dev.keylane.cli;

import dev.keylane.daemon.vici.ViciMessage;
import org.jspecify.annotations.Nullable;

/** A request whose keys are there only when they have a value. */
final class RequestBuilder {
    private final ViciMessage.Builder message = ViciMessage.builder();

    RequestBuilder set(String key, @Nullable Object value) {
        if (value != null) {
            message.set(key, value);
        }
        return this;
    }

    ViciMessage build() {
        return message.build();
    }
}
