package dev.keylane.daemon.config;

import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.policy.PerCpuOptions.Cpus;
import dev.keylane.ike.text.Parsed;
import dev.keylane.pcpu.CpuSet;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;

/** Reads which CPUs of a child get SAs of their own, and when: keys that strongSwan does not know. */
final class PerCpuReader {
    private PerCpuReader() {
    }

    static PerCpuOptions read(KeyReader keys) {
        PerCpuOptions options = new PerCpuOptions(keys.get(ChildKeys.PER_CPU_MODE), keys.get(ChildKeys.PER_CPU_CPUS),
                keys.find(ChildKeys.PER_CPU_MAX).orElse(0), keys.get(ChildKeys.LANES));
        if (keys.get(ChildKeys.PER_CPU_SAS) == PerCpu.NO && !options.equals(PerCpuOptions.DEFAULT)) {
            KnownKey<?> key = options.limit() != 0 ? ChildKeys.PER_CPU_MAX
                    : options.mode() != PerCpuMode.DEMAND ? ChildKeys.PER_CPU_MODE
                    : options.lanes() != PerCpuOptions.LANES_AUTO ? ChildKeys.LANES : ChildKeys.PER_CPU_CPUS;
            keys.mistake(key, "needs per_cpu_sas = yes or encap");
        }
        return options;
    }

    /** @param possible CPUs that this machine may ever have */
    static ValueFormat<Cpus> cpus(CpuSet possible) {
        return new ValueFormat<>(EXPECTED, text -> switch (text.toLowerCase(Locale.ROOT)) {
            case "auto" -> Parsed.of(new Cpus.Auto());
            case "queues" -> Parsed.of(new Cpus.Queues());
            default -> list(text, possible);
        });
    }

    private static Parsed<Cpus> list(String text, CpuSet possible) {
        Optional<CpuSet> listed = CpuSet.parse(text.replace(" ", "")).filter(cpus -> !cpus.isEmpty());
        if (listed.isEmpty()) {
            return ValueFormat.wrong(EXPECTED, text);
        }
        CpuSet impossible = listed.get().without(possible);
        return impossible.isEmpty() ? Parsed.of(new Cpus.Listed(listed.get().stream().boxed().toList()))
                : impossible(impossible, possible);
    }

    static <T> Parsed<T> impossible(CpuSet cpus, CpuSet possible) {
        return Parsed.refused("this machine has no CPU " + cpus + ", only " + possible);
    }

    /** Those of this machine; all numbers when it does not tell. */
    static CpuSet possible() {
        try {
            return CpuSet.of(dev.keylane.linux.Cpus.possible().stream().mapToInt(Integer::intValue).toArray());
        } catch (UncheckedIOException | IllegalStateException unknown) {
            return CpuSet.first(CpuSet.LARGEST + 1);
        }
    }

    private static Parsed<Integer> lanes(String text) {
        if (text.equalsIgnoreCase("auto")) {
            return Parsed.of(PerCpuOptions.LANES_AUTO);
        }
        return ValueFormats.number(text).filter(lanes -> lanes <= PerCpuOptions.MOST_LANES && Long.bitCount(lanes) == 1)
                .map(lanes -> Parsed.of(lanes.intValue())).orElseGet(() -> ValueFormat.wrong(LANES_EXPECTED, text));
    }

    private static final String LANES_EXPECTED = "auto or one of 1, 2, 4, 8, 16, 32, 64";
    static final ValueFormat<Integer> LANES = new ValueFormat<>(LANES_EXPECTED, PerCpuReader::lanes);
    private static final String EXPECTED = "auto, queues or a list of CPUs such as 0-3,8";
}
