package dev.keylane.bench;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.BpfProgram;
import dev.keylane.bpf.TestRun;
import dev.keylane.bpf.code.Assembler;
import dev.keylane.bpf.code.BpfCode;
import dev.keylane.bpf.code.Instruction.HelperFunction;
import dev.keylane.bpf.code.Register;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.CpuAffinity;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.program.ProgramMaps;
import dev.keylane.steering.program.SaEntry;
import dev.keylane.steering.program.SaKey;
import dev.keylane.steering.program.SpiProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What the program does to each packet, by BPF_PROG_TEST_RUN on one CPU, beside one program that only passes and one that
 * hands every packet to one CPU. The programs take turns, so that whatever else the machine does hits all of them.
 */
final class XdpBench implements AutoCloseable {
    private static final int ROUNDS = 15;
    private static final int REPEATS = 200_000;
    private static final int XDP_PASS = 2;
    private static final int SAS = 8192;

    private final int here = Cpus.online().getFirst();
    private final int other = Cpus.online().getLast();
    private final Map<String, BpfMap> maps = Map.of(ProgramMaps.SAS, BpfMap.create("sas", ProgramMaps.sas(2 * SAS)),
            ProgramMaps.CPUS, BpfMap.create("cpus", ProgramMaps.cpus(Cpus.possible().getLast() + 1)),
            ProgramMaps.VERDICTS, BpfMap.create("verdicts", ProgramMaps.verdicts()));
    private final BpfProgram passing = load(new Assembler().move(Register.R0, XDP_PASS).exit().code("passing"));
    private final BpfProgram constant = load(constant(other));
    private final BpfProgram steering = load(SpiProgram.code(4500));

    /** What one packet cost, ns, in each round. */
    record Line(String what, List<Double> nanos) {
    }

    private record Case(String what, BpfProgram program, byte[] frame, int action) {
    }

    private BpfProgram load(BpfCode code) {
        return BpfProgram.load(code, BpfProgram.Place.DEVICE, false, maps::get);
    }

    private static BpfCode constant(int cpu) {
        return new Assembler().loadMap(Register.R1, ProgramMaps.CPUS).move(Register.R2, cpu)
                .move(Register.R3, XDP_PASS).call(HelperFunction.REDIRECT_MAP).exit().code("constant");
    }

    /** The first two are the programs to compare with. */
    List<Line> packets() {
        fill();
        List<Case> cases = List.of(
                new Case("a program that only passes", passing, Frames.esp(1 << 20), TestRun.XDP_PASS),
                new Case("a program that redirects all to one CPU", constant, Frames.esp(1 << 20), TestRun.XDP_REDIRECT),
                new Case("ESP for another CPU", steering, Frames.esp(1 << 20 | 1), TestRun.XDP_REDIRECT),
                new Case("ESP for this CPU", steering, Frames.esp(1 << 20), TestRun.XDP_PASS),
                new Case("ESP without an entry", steering, Frames.esp(1 << 21), TestRun.XDP_PASS),
                new Case("ESP in UDP for another CPU", steering, Frames.espInUdp(1 << 20 | 1), TestRun.XDP_REDIRECT),
                new Case("the same in a VLAN, IPv6, 2 headers", steering, Frames.deepEsp(1 << 20), TestRun.XDP_REDIRECT),
                new Case("TCP", steering, Frames.tcp(), TestRun.XDP_PASS));
        List<Line> lines = cases.stream().map(each -> new Line(each.what(), new ArrayList<>())).toList();
        CpuAffinity.on(here, () -> {
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < cases.size(); i++) {
                    lines.get(i).nanos().add(nanos(cases.get(i)));
                }
            }
        });
        return lines;
    }

    private static double nanos(Case each) {
        TestRun run = TestRun.of(each.program(), each.frame(), REPEATS);
        if (run.action() != each.action()) {
            throw new IllegalStateException(each.what() + ": action " + run.action());
        }
        return run.nanos();
    }

    /** Half of the map, SAs for this CPU and for the other in turn. */
    private void fill() {
        byte[] queue = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putInt(2048).array();
        byte[] key = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(other).array();
        LinuxException.check("queue", maps.get(ProgramMaps.CPUS).put(key, queue));
        for (int i = 0; i < SAS; i++) {
            put(Frames.HERE, 1 << 20 | i, i % 2 == 0 ? here : other);
        }
        put(Frames.HERE6, 1 << 20, other);
    }

    private void put(IpAddress local, int spi, int cpu) {
        LinuxException.check("entry", maps.get(ProgramMaps.SAS).put(SaKey.of(local, spi), new SaEntry(cpu, 0).octets()));
    }

    /** Nanoseconds to put an entry in and to take it out again, in each of several batches. */
    List<Line> updates() {
        Line in = new Line("an entry into the map", new ArrayList<>());
        Line out = new Line("an entry out of the map", new ArrayList<>());
        for (int round = 0; round < ROUNDS; round++) {
            long start = CpuTime.ofThread();
            for (int i = 0; i < UPDATES; i++) {
                put(Frames.HERE, 1 << 21 | i, other);
            }
            long middle = CpuTime.ofThread();
            for (int i = 0; i < UPDATES; i++) {
                maps.get(ProgramMaps.SAS).remove(SaKey.of(Frames.HERE, 1 << 21 | i));
            }
            in.nanos().add((middle - start) / (double) UPDATES);
            out.nanos().add((CpuTime.ofThread() - middle) / (double) UPDATES);
        }
        return List.of(in, out);
    }

    boolean hasTwoCpus() {
        return here != other;
    }

    @Override
    public void close() {
        List.of(passing, constant, steering).forEach(BpfProgram::close);
        maps.values().forEach(BpfMap::close);
    }

    private static final int UPDATES = 4000;
}
