package dev.keylane.daemon.config;

import dev.keylane.pcpu.CpuSet;
import java.util.Optional;

/**
 * Over which CPUs the plaintext that a device receives is spread.
 *
 * @param cpus empty for all that are online, whichever these are
 */
public record Spread(CpuSet cpus) {
    public static final Spread AUTO = new Spread(CpuSet.EMPTY);

    static Optional<Spread> parse(String text) {
        return text.equalsIgnoreCase("auto") ? Optional.of(AUTO)
                : CpuSet.parse(text).filter(cpus -> !cpus.isEmpty()).map(Spread::new);
    }

    public boolean isAuto() {
        return cpus.isEmpty();
    }
}
