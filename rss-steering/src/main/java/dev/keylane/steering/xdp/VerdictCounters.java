package dev.keylane.steering.xdp;

import dev.keylane.bpf.BpfMap;
import dev.keylane.linux.Cpus;
import dev.keylane.steering.Verdict;
import java.util.EnumMap;
import java.util.Map;

/** Packets by verdict, over all CPUs. */
final class VerdictCounters {
    private VerdictCounters() {
    }

    static Map<Verdict, Long> read(BpfMap map) {
        int cpus = Cpus.possible().size();
        Map<Verdict, Long> counted = new EnumMap<>(Verdict.class);
        for (Verdict verdict : Verdict.values()) {
            byte[] each = map.get(Numbers.u32(verdict.ordinal()), cpus);
            counted.put(verdict, each == null ? 0 : Numbers.sum(each));
        }
        return counted;
    }
}
