package dev.keylane.ike.policy;

import java.time.Duration;

/**
 * Lifetimes of an IKE SA; zero means unlimited.
 *
 * @param over grace after {@code rekey} or {@code reauth} before the SA is dropped
 * @param rand a random part up to this is subtracted from {@code rekey} and {@code reauth}
 */
public record IkeLifetime(Duration rekey, Duration reauth, Duration over, Duration rand) {
    public static final IkeLifetime DEFAULT =
            new IkeLifetime(Duration.ofHours(4), Duration.ZERO, Duration.ofMinutes(24), Duration.ofMinutes(24));
}
