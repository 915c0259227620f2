package dev.keylane.steering.program;

import dev.keylane.bpf.TestRun;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.CpuAffinity;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.Errno;
import dev.keylane.steering.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * {@link SpiProgram} against {@link SpiModel}. There is an SA for each of the CPUs 0 to 7 and one for CPU 4096, but a
 * queue for one CPU only, each in turn. So what a packet counts as tells the CPU that the program asked for: its own,
 * the one with the queue, or another.
 */
final class SpiCases {
    private final LoadedMaps loaded = LoadedMaps.spi(64);
    private final Map<SpiModel.Sa, Integer> sas = new LinkedHashMap<>();
    private final Map<SpiModel.Sa, Long> found = new LinkedHashMap<>();
    private final Map<Integer, long[]> expected = new HashMap<>();
    private long frames;

    private SpiCases() {
        int spi = FIRST_SPI;
        for (int cpu : List.of(0, 1, 2, 3, 4, 5, 6, 7, 4096)) {
            for (IpAddress here : List.of(Layer.V4_HERE, Layer.V6_HERE)) {
                loaded.map(ProgramMaps.SAS).put(SaKey.of(here, spi), new SaEntry(cpu, 0).octets());
                sas.put(new SpiModel.Sa(here, spi), cpu);
            }
            spi++;
        }
    }

    /** Every shape, on each CPU, with the queue of each CPU in turn. */
    static String everyShape() {
        return run((cases, mutation) -> cases.onEachCpu(Cpus.online(), (model, here) -> {
            for (Shape shape : SHAPES) {
                cases.check(shape.name(), shape.frame(), model, here);
            }
        })) + ", " + SHAPES.size() + " shapes";
    }

    static String everyTruncationOfEveryShape() {
        return run((cases, mutation) -> cases.onEachCpu(List.of(ANOTHER_CPU), (model, here) -> {
            for (Shape shape : SHAPES) {
                for (int length = shape.frame().length - 1; length >= SHORTEST; length--) {
                    cases.check(shape.name(), Arrays.copyOf(shape.frame(), length), model, here);
                }
            }
        }));
    }

    /** A kernel that runs such frames at all must see them passed; most refuse to. */
    static String lessThanAnEthernetHeader() {
        return LoadedMaps.with(LoadedMaps.spi(4), loaded -> {
            int refused = 0;
            for (int length = 0; length < SHORTEST; length++) {
                byte[] octets = Octet.filler(METADATA + length);
                int action = TestRun.ofShort(loaded.program(), octets, METADATA);
                Expect.that(length + " octets: action " + action, action == TestRun.XDP_PASS || action == -Errno.EINVAL);
                refused += action < 0 ? 1 : 0;
            }
            return SHORTEST + " lengths, of which the kernel refused to run " + refused;
        });
    }

    static String aHundredThousandRandomFrames() {
        int each = 100_000 / Cpus.online().size() + 1;
        return run((cases, mutation) -> cases.onEachCpu(List.of(), (model, here) -> {
            for (int i = 0; i < each; i++) {
                cases.check("random " + i, mutation.next(), model, here);
            }
        }));
    }

    private static String run(BiConsumer<SpiCases, Mutation> work) {
        SpiCases cases = new SpiCases();
        try {
            work.accept(cases, new Mutation(new SplittableRandom(9611), SHAPES));
            return cases.frames + " frames " + cases.totals();
        } finally {
            cases.loaded.close();
        }
    }

    /**
     * With the queue of one CPU after the other.
     *
     * @param queues none for all, but then running on the first CPU only
     */
    private void onEachCpu(List<Integer> queues, BiConsumer<SpiModel, Integer> work) {
        List<Integer> runningOn = queues.size() > 1 ? Cpus.online() : List.of(Cpus.online().getFirst());
        for (int queue : queues.isEmpty() ? Cpus.online() : queues) {
            loaded.queue(queue, 64);
            SpiModel model = new SpiModel(sas, Set.of(queue));
            runningOn.forEach(here -> CpuAffinity.on(here, () -> work.accept(model, here)));
            loaded.removeQueue(queue);
        }
    }

    private void check(String name, byte[] frame, SpiModel model, int here) {
        int action = TestRun.of(loaded.program(), frame, 1).action();
        SpiModel.Decision wanted = model.decide(frame, here);
        long count = ++expected.computeIfAbsent(here, _ -> new long[Verdict.values().length])[wanted.verdict().ordinal()];
        if (loaded.verdictOn(here, wanted.verdict()) != count || action != actionOf(wanted.verdict())) {
            throw new AssertionError(name + " on CPU " + here + ": " + wanted + " expected, but the action was " + action
                    + " and the counters are " + Arrays.toString(loaded.verdictsOn(here)) + ": "
                    + HexFormat.of().formatHex(frame));
        }
        if (wanted.sa() != null) {
            long packets = found.merge(wanted.sa(), 1L, Long::sum);
            byte[] entry = loaded.map(ProgramMaps.SAS).get(SaKey.of(wanted.sa().destination(), wanted.sa().spi()));
            Expect.equal("packets counted at " + wanted, SaEntry.read(entry).packets(), packets);
        }
        frames++;
    }

    private static int actionOf(Verdict verdict) {
        return verdict == Verdict.REDIRECTED ? TestRun.XDP_REDIRECT : TestRun.XDP_PASS;
    }

    /** Every frame was counted once, each verdict was seen, and the entries that no frame named were not found. */
    private Map<String, Long> totals() {
        Map<String, Long> totals = new TreeMap<>();
        for (int cpu : Cpus.online()) {
            long[] counted = loaded.verdictsOn(cpu);
            Expect.equal("all verdicts on CPU " + cpu, Arrays.toString(counted),
                    Arrays.toString(expected.getOrDefault(cpu, new long[counted.length])));
            for (Verdict verdict : Verdict.values()) {
                totals.merge(verdict.label(), counted[verdict.ordinal()], Long::sum);
            }
        }
        List<String> never = new ArrayList<>(totals.keySet());
        never.removeIf(label -> totals.get(label) > 0);
        if (Cpus.online().size() == 1) {
            never.remove(Verdict.REDIRECTED.label());
        }
        Expect.that("never seen: " + never, never.isEmpty());
        return totals;
    }

    private static final int FIRST_SPI = 0x1000;
    /** For CPUs 0, 1, 2 and 4096, for nobody, and for what no SA can have. */
    private static final List<Integer> SPIS = List.of(0x1000, 0x1001, 0x1002, 0x1008, 0x80001000, 255, 256);
    /** One of those, and not the one that runs the program where there is more than one. */
    private static final int ANOTHER_CPU = Cpus.online().get(Math.min(1, Cpus.online().size() - 1));
    private static final List<Shape> SHAPES = Shape.all(SPIS);
    /** The most that comes before a frame. */
    private static final int METADATA = 32;
    /** The kernel runs no frame below 14 octets. */
    private static final int SHORTEST = 14;
}
