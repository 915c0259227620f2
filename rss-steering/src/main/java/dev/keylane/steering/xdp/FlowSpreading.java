package dev.keylane.steering.xdp;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.MapShape;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.Verdict;
import dev.keylane.steering.program.FlowProgram;
import dev.keylane.steering.program.ProgramMaps;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/**
 * A gateway's inner device whose plaintext flows are spread over CPUs, so that a single busy queue does not put
 * everything on one CPU's SA. Both directions of a flow are on one CPU.
 */
public final class FlowSpreading implements AutoCloseable {
    private final Attachment attachment;
    private final CpuQueues queues;

    private FlowSpreading(Attachment attachment, CpuQueues queues) {
        this.attachment = attachment;
        this.queues = queues;
    }

    /**
     * Begins, or takes over what an earlier attachment left, whose seed is kept so that flows stay on their CPUs.
     *
     * @param cpus at least one, in the order in which slots are dealt out
     * @param seed draws a number that nobody outside knows
     */
    public static Outcome<FlowSpreading> attach(String device, XdpSettings settings, List<Integer> cpus,
                                                IntSupplier seed) {
        Path home = settings.home("flows", device);
        Map<String, MapShape> shapes = Map.of(ProgramMaps.FLOWS, ProgramMaps.flows(), ProgramMaps.CPUS, CpuQueues.shape(),
                ProgramMaps.VERDICTS, ProgramMaps.verdicts());
        return Attachment.make(device, home, shapes, maps -> {
            // Before the program runs, its table is to be filled.
            deal(new CpuQueues(maps.get(ProgramMaps.CPUS), settings.queueSize()), maps.get(ProgramMaps.FLOWS), cpus)
                    .ifPresent(rejection -> {
                        throw new RejectedException(rejection);
                    });
            return FlowProgram.code(seed(maps, seed));
        }, attachment -> new FlowSpreading(attachment,
                new CpuQueues(attachment.map(ProgramMaps.CPUS), settings.queueSize())));
    }

    private static int seed(PinnedMaps maps, IntSupplier fresh) {
        BpfMap flows = maps.get(ProgramMaps.FLOWS);
        byte[] slot = Numbers.u32(ProgramMaps.SEED_SLOT);
        byte[] kept = flows.get(slot);
        if (maps.takenOver() && kept != null) {
            return Numbers.u32(kept);
        }
        int seed = fresh.getAsInt();
        LinuxException.check("seed of flows", flows.put(slot, Numbers.u32(seed)));
        return seed;
    }

    /** Other CPUs from now on; flows move one slot after the other. On a rejection all stay where they are. */
    public Optional<Rejection> spreadOver(List<Integer> cpus) {
        return attachment.holds() ? deal(queues, attachment.map(ProgramMaps.FLOWS), cpus)
                : Optional.of(new Rejection.DeviceGone(attachment.device()));
    }

    private static Optional<Rejection> deal(CpuQueues queues, BpfMap flows, List<Integer> cpus) {
        if (cpus.isEmpty()) {
            return Optional.of(new Rejection.NoCpus());
        }
        for (int cpu : cpus) {
            Optional<Rejection> rejection = queues.open(cpu);
            if (rejection.isPresent()) {
                return rejection;
            }
        }
        for (int slot = 0; slot < ProgramMaps.FLOW_SLOTS; slot++) {
            LinuxException.check("slot of flows",
                    flows.put(Numbers.u32(slot), Numbers.u32(cpus.get(slot % cpus.size()))));
        }
        return Optional.empty();
    }

    /**
     * @param mode  {@code native}, {@code generic}, or {@code gone}
     * @param slots the CPU of each slot
     */
    public record Status(String device, String mode, List<Integer> slots, Map<Verdict, Long> verdicts) {
    }

    public Status status() {
        BpfMap flows = attachment.map(ProgramMaps.FLOWS);
        List<Integer> slots = IntStream.range(0, ProgramMaps.FLOW_SLOTS).mapToObj(slot -> flows.get(Numbers.u32(slot)))
                .map(cpu -> cpu == null ? -1 : Numbers.u32(cpu)).toList();
        return new Status(attachment.device(), attachment.mode(), slots,
                VerdictCounters.read(attachment.map(ProgramMaps.VERDICTS)));
    }

    public void detach() {
        attachment.detach();
    }

    @Override
    public void close() {
        attachment.close();
    }
}
