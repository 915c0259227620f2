package dev.keylane.xfrm.software;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.RandomSource;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * What a software kernel is made of.
 *
 * @param cpus           how many CPUs there seem to be
 * @param acquireExpires how long an acquire waits for its state, {@code net.core.xfrm_acq_expires} of Linux
 * @param backlog        packets of one policy that may wait for a state
 * @param crypto         makes the primitives of one thread; called once by each thread that sends or receives
 * @param random         for IVs of AES-CBC; used by several threads
 */
public record SoftwareSettings(int cpus, Duration acquireExpires, int backlog, Supplier<Crypto> crypto,
                               RandomSource random, Timers timers) {
    public static final Duration ACQUIRE_EXPIRES = Duration.ofSeconds(30);
    public static final int BACKLOG = 100;

    public SoftwareSettings {
        if (cpus < 1 || backlog < 0 || acquireExpires.isNegative()) {
            throw new IllegalArgumentException(cpus + " CPUs, backlog " + backlog + ", expiry " + acquireExpires);
        }
    }

    public static SoftwareSettings of(int cpus, Supplier<Crypto> crypto, RandomSource random, Timers timers) {
        return new SoftwareSettings(cpus, ACQUIRE_EXPIRES, BACKLOG, crypto, random, timers);
    }
}
