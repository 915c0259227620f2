package dev.keylane.steering.xdp;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.MapShape;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.Errno;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.program.ProgramMaps;
import java.util.List;
import java.util.Optional;

/**
 * The queues that redirected packets wait in, each with a kernel thread on its CPU. They are made when a CPU is first
 * wanted and stay, since making one anew would lose what waits in it.
 */
record CpuQueues(BpfMap map, int size) {
    /** Sees to it that packets can be handed to {@code cpu}. */
    Optional<Rejection> open(int cpu) {
        return unfit(cpu, possible(), Cpus.online()).or(() -> make(cpu));
    }

    static Optional<Rejection> unfit(int cpu, int possible, List<Integer> online) {
        return cpu < 0 || cpu >= possible ? Optional.of(new Rejection.NoSuchCpu(cpu, possible))
                : online.contains(cpu) ? Optional.empty() : Optional.of(new Rejection.CpuOffline(cpu));
    }

    private Optional<Rejection> make(int cpu) {
        byte[] key = Numbers.u32(cpu);
        int error = map.get(key) != null ? 0 : map.put(key, Numbers.u32(size, 0));
        return error == 0 ? Optional.empty()
                : Optional.of(new Rejection.Refused("no queue for CPU " + cpu + ": " + Errno.name(-error)));
    }

    /** The CPUs that have one. */
    List<Integer> ready() {
        return Cpus.possible().stream().filter(cpu -> map.get(Numbers.u32(cpu)) != null).toList();
    }

    static int possible() {
        return Cpus.possible().getLast() + 1;
    }

    static MapShape shape() {
        return ProgramMaps.cpus(possible());
    }
}
