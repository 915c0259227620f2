package dev.keylane.xfrm.software;

import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import java.time.Duration;

/** Software kernels for tests. */
final class Kernels {
    static final Duration ACQUIRE_EXPIRES = Duration.ofSeconds(3);

    private Kernels() {
    }

    static SoftwareSettings settings(int cpus, Timers timers) {
        return new SoftwareSettings(cpus, ACQUIRE_EXPIRES, SoftwareSettings.BACKLOG, JcaCrypto::new,
                new SecureRandomSource(), timers);
    }
}
