package dev.keylane.steering.program;

import dev.keylane.bpf.TestRun;
import dev.keylane.linux.CpuAffinity;
import dev.keylane.linux.Cpus;
import dev.keylane.steering.Verdict;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * {@link FlowProgram} against {@link FlowModel}. A third of the slots have the CPU that runs the program, a third the one
 * with a queue, the rest none that there is.
 */
final class FlowCases {
    private static final int SEED = 0x5eed1234;
    private static final int HERE = Cpus.online().getFirst();
    private static final int QUEUED = Cpus.online().getLast();
    private static final int NOWHERE = 4096;
    private static final List<Shape> SHAPES = Shape.all(List.of(0x1000));

    private final LoadedMaps loaded = LoadedMaps.flows(SEED);
    private final FlowModel model = new FlowModel(SEED);
    private final long[] expected = new long[Verdict.values().length];
    private long frames;

    static String aHundredThousandRandomFrames() {
        Mutation mutation = new Mutation(new SplittableRandom(4301), SHAPES);
        return run(cases -> {
            for (int i = 0; i < 100_000; i++) {
                cases.check("random " + i, mutation.next());
            }
        });
    }

    static String everyTruncationOfEveryShape() {
        return run(cases -> {
            for (Shape shape : SHAPES) {
                for (int length = shape.frame().length; length >= 14; length--) {
                    cases.check(shape.name(), Arrays.copyOf(shape.frame(), length));
                }
            }
        });
    }

    /** Only the slot that the model names has this CPU, so nothing but that slot counts as here. */
    static String bothDirectionsShareASlot() {
        return run(cases -> {
            SplittableRandom random = new SplittableRandom(5);
            for (int i = 0; i < 2000; i++) {
                byte[] there = flow(random);
                byte[] back = reversed(there);
                int slot = cases.model.decide(there).slot().orElseThrow();
                Expect.equal("slot of the way back", cases.model.decide(back).slot().orElseThrow(), slot);
                cases.put(slot, HERE);
                cases.count(Verdict.ALREADY_HERE, there);
                cases.count(Verdict.ALREADY_HERE, back);
                cases.put(slot, NOWHERE);
                cases.count(Verdict.NO_QUEUE, there);
                cases.count(Verdict.NO_QUEUE, back);
                cases.put(slot, cpuOf(slot));
            }
        });
    }

    /** Neighbouring addresses and ports, which is what a gateway sees, over four CPUs. */
    static String flowsSpreadEvenly() {
        int[] flows = new int[4];
        FlowModel model = new FlowModel(SEED);
        for (int host = 1; host <= 100; host++) {
            for (int port = 0; port < 100; port++) {
                byte[] packet = Layer.ipv4(6, 0, 0, Layer.tcp(40_000 + port, 443));
                packet[15] = (byte) host;
                packet[19] = (byte) host;
                byte[] frame = Layer.ethernet(List.of(Layer.IPV4), packet);
                flows[model.decide(frame).slot().orElseThrow() % 4]++;
            }
        }
        for (int each : flows) {
            Expect.that("10000 flows over 4 CPUs: " + Arrays.toString(flows), each > 2125 && each < 2875);
        }
        return Arrays.toString(flows);
    }

    private static byte[] flow(SplittableRandom random) {
        boolean tcp = random.nextBoolean();
        byte[] upper = tcp ? Layer.tcp(random.nextInt(65536), random.nextInt(65536))
                : Layer.udp(random.nextInt(65536), random.nextInt(65536), new byte[4]);
        int protocol = tcp ? 6 : 17;
        boolean v4 = random.nextBoolean();
        byte[] packet = v4 ? Layer.ipv4(protocol, 0, 0, upper) : Layer.ipv6(protocol, upper);
        int from = v4 ? 12 : 8;
        for (int i = from; i < (v4 ? 20 : 40); i++) {
            packet[i] = (byte) random.nextInt(256);
        }
        return Layer.ethernet(List.of(v4 ? Layer.IPV4 : Layer.IPV6), packet);
    }

    private static byte[] reversed(byte[] frame) {
        boolean v4 = frame[12] == 8;
        int addresses = 14 + (v4 ? 12 : 8);
        int length = v4 ? 4 : 16;
        int ports = 14 + (v4 ? 20 : 40);
        byte[] back = frame.clone();
        System.arraycopy(frame, addresses, back, addresses + length, length);
        System.arraycopy(frame, addresses + length, back, addresses, length);
        System.arraycopy(frame, ports, back, ports + 2, 2);
        System.arraycopy(frame, ports + 2, back, ports, 2);
        return back;
    }

    private static String run(Consumer<FlowCases> work) {
        FlowCases cases = new FlowCases();
        try {
            cases.loaded.queue(QUEUED, 64);
            for (int slot = 0; slot < ProgramMaps.FLOW_SLOTS; slot++) {
                cases.put(slot, cpuOf(slot));
            }
            CpuAffinity.on(HERE, () -> work.accept(cases));
            Expect.equal("verdicts", Arrays.toString(cases.loaded.verdictsOn(HERE)), Arrays.toString(cases.expected));
            return cases.frames + " frames";
        } finally {
            cases.loaded.close();
        }
    }

    private void check(String name, byte[] frame) {
        FlowModel.Decision wanted = model.decide(frame);
        try {
            count(wanted.slot().isEmpty() ? wanted.verdict() : verdictOf(cpuOf(wanted.slot().getAsInt())), frame);
        } catch (AssertionError wrong) {
            throw new AssertionError(name + ": " + wanted + ": " + wrong.getMessage(), wrong);
        }
    }

    private void count(Verdict verdict, byte[] frame) {
        int action = TestRun.of(loaded.program(), frame, 1).action();
        long count = ++expected[verdict.ordinal()];
        frames++;
        if (loaded.verdictOn(HERE, verdict) != count
                || action != (verdict == Verdict.REDIRECTED ? TestRun.XDP_REDIRECT : TestRun.XDP_PASS)) {
            throw new AssertionError(verdict + " expected, but the action was " + action + " and the counters are "
                    + Arrays.toString(loaded.verdictsOn(HERE)) + ": " + HexFormat.of().formatHex(frame));
        }
    }

    private static int cpuOf(int slot) {
        return List.of(HERE, QUEUED, NOWHERE).get(slot % 3);
    }

    private static Verdict verdictOf(int cpu) {
        return cpu == HERE ? Verdict.ALREADY_HERE : cpu == QUEUED ? Verdict.REDIRECTED : Verdict.NO_QUEUE;
    }

    private void put(int slot, int cpu) {
        loaded.map(ProgramMaps.FLOWS).put(LoadedMaps.number(slot), LoadedMaps.number(cpu));
    }
}
