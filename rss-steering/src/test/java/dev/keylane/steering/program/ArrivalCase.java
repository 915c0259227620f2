package dev.keylane.steering.program;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.BpfProgram;
import dev.keylane.bpf.MapShape;
import dev.keylane.bpf.MapType;
import dev.keylane.bpf.TestRun;
import dev.keylane.bpf.code.Assembler;
import dev.keylane.bpf.code.BpfCode;
import dev.keylane.bpf.code.Instruction.Condition;
import dev.keylane.bpf.code.Instruction.HelperFunction;
import dev.keylane.bpf.code.Instruction.Operation;
import dev.keylane.bpf.code.Instruction.Size;
import dev.keylane.bpf.code.Register;
import dev.keylane.linux.CpuAffinity;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Where redirected packets really come out. A second program sits behind each CPU's queue; it counts on the CPU that it
 * runs on, and drops.
 */
final class ArrivalCase {
    private static final int PACKETS = 64;
    private static final String ARRIVALS = "arrivals";

    private ArrivalCase() {
    }

    static String redirectedPacketsArriveOnTheirCpu() {
        MapShape shape = new MapShape(MapType.PER_CPU_ARRAY, 4, 8, 1);
        int pairs = 0;
        for (int from : Cpus.online()) {
            for (int to : Cpus.online()) {
                if (from != to) {
                    try (BpfMap arrivals = BpfMap.create(ARRIVALS, shape);
                            BpfProgram counter = BpfProgram.load(counter(), BpfProgram.Place.CPU_MAP, false, _ -> arrivals);
                            LoadedMaps loaded = LoadedMaps.spi(4)) {
                        send(loaded, counter, from, to);
                        await(arrivals, to);
                        pairs++;
                    }
                }
            }
        }
        return PACKETS + " packets for each of " + pairs + " pairs of CPUs";
    }

    private static void send(LoadedMaps loaded, BpfProgram counter, int from, int to) {
        for (int cpu : Cpus.online()) {
            byte[] queue = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(256).putInt(counter.descriptor())
                    .array();
            LinuxException.check("queue", loaded.map(ProgramMaps.CPUS).put(LoadedMaps.number(cpu), queue));
        }
        loaded.map(ProgramMaps.SAS).put(SaKey.of(Layer.V4_HERE, 0x1001), new SaEntry(to, 0).octets());
        byte[] frame = Layer.ethernet(List.of(Layer.IPV4), Layer.ipv4(50, 0, 0, Layer.esp(0x1001)));
        int[] error = {0};
        CpuAffinity.on(from, () -> error[0] = TestRun.live(loaded.program(), frame, PACKETS));
        Expect.equal("live run", Errno.name(-error[0]), Errno.name(0));
    }

    private static void await(BpfMap arrivals, int cpu) {
        long[] wanted = new long[Cpus.possible().size()];
        wanted[Cpus.possible().indexOf(cpu)] = PACKETS;
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        long[] seen = seen(arrivals);
        while (!Arrays.equals(seen, wanted) && System.nanoTime() < end) {
            LockSupport.parkNanos(1_000_000);
            seen = seen(arrivals);
        }
        Expect.equal("arrivals by CPU", Arrays.toString(seen), Arrays.toString(wanted));
    }

    private static long[] seen(BpfMap arrivals) {
        int cpus = Cpus.possible().size();
        ByteBuffer values = ByteBuffer.wrap(arrivals.get(LoadedMaps.number(0), cpus)).order(ByteOrder.nativeOrder());
        long[] seen = new long[cpus];
        values.asLongBuffer().get(seen);
        return seen;
    }

    private static BpfCode counter() {
        Assembler a = new Assembler();
        a.store(Size.U32, Register.R10, -4, 0).loadMap(Register.R1, ARRIVALS).move(Register.R2, Register.R10);
        a.wide(Operation.ADD, Register.R2, -4).call(HelperFunction.MAP_LOOKUP_ELEM);
        a.jumpIf(Register.R0, Condition.EQUAL, 0, "out").load(Size.U64, Register.R1, Register.R0, 0);
        a.wide(Operation.ADD, Register.R1, 1).store(Size.U64, Register.R0, 0, Register.R1);
        return a.label("out").move(Register.R0, XDP_DROP).exit().code("arrival_counter");
    }

    private static final int XDP_DROP = 1;
}
