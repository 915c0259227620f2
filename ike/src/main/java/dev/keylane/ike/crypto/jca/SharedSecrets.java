package dev.keylane.ike.crypto.jca;

import dev.keylane.ike.crypto.Secret;
import java.util.Optional;

/** The last check on the result of a key exchange. */
final class SharedSecrets {
    private SharedSecrets() {
    }

    /** RFC 7748 §6.1: both MAY check, without leaking, whether K is the all-zero value and abort if so. We do. */
    static Optional<Secret> unlessZero(byte[] shared) {
        int any = 0;
        for (byte octet : shared) {
            any |= octet;
        }
        return any == 0 ? Optional.empty() : Optional.of(Secret.wrap(shared));
    }
}
