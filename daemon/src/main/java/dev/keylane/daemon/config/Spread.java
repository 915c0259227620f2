package dev.keylane.daemon.config;

import dev.keylane.ike.text.Parsed;
import dev.keylane.pcpu.CpuSet;

/**
 * Over which CPUs the plaintext that a device receives is spread.
 *
 * @param cpus empty for all that are online, whichever these are
 */
public record Spread(CpuSet cpus) {
    public static final Spread AUTO = new Spread(CpuSet.EMPTY);

    /** @param possible CPUs that this machine may ever have */
    static ValueFormat<Spread> format(CpuSet possible) {
        return new ValueFormat<>(EXPECTED, text -> text.equalsIgnoreCase("auto") ? Parsed.of(AUTO)
                : CpuSet.parse(text).filter(cpus -> !cpus.isEmpty()).map(cpus -> of(cpus, possible))
                        .orElseGet(() -> ValueFormat.wrong(EXPECTED, text)));
    }

    private static Parsed<Spread> of(CpuSet cpus, CpuSet possible) {
        CpuSet impossible = cpus.without(possible);
        return impossible.isEmpty() ? Parsed.of(new Spread(cpus)) : PerCpuReader.impossible(impossible, possible);
    }

    public boolean isAuto() {
        return cpus.isEmpty();
    }

    private static final String EXPECTED = "auto or CPUs such as 0-3,8";
}
