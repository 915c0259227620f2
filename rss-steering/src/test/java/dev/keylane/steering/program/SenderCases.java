package dev.keylane.steering.program;

import dev.keylane.bpf.BpfMap;
import dev.keylane.bpf.BpfProgram;
import dev.keylane.bpf.RingBuffer;
import dev.keylane.bpf.TestRun;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.CpuAffinity;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** {@link SenderProgram} against {@link SenderModel}: what is counted where, what is reported, and nothing else. */
final class SenderCases implements AutoCloseable {
    private final Set<SpiModel.Sa> watched = new LinkedHashSet<>();
    private final SenderModel model = new SenderModel(watched);
    private final BpfMap senders = BpfMap.createSparse("senders", ProgramMaps.senders(256));
    private final RingBuffer reports = new RingBuffer("reports", 4096);
    private final Map<SpiModel.Sa, Map<Integer, Long>> expected = new HashMap<>();
    private final BpfProgram program;
    private long frames;
    private long counted;
    private long refusals;

    private SenderCases(SenderProgram.Link link) {
        program = BpfProgram.load(SenderProgram.code(link), BpfProgram.Place.EGRESS, false,
                name -> name.equals(ProgramMaps.SENDERS) ? senders : reports.map());
        for (IpAddress destination : List.of(Layer.V4_HERE, Layer.V6_HERE)) {
            for (int spi : List.of(0x1000, 0x80001000)) {
                watched.add(new SpiModel.Sa(destination, spi));
                watch(destination, spi);
            }
        }
    }

    private void watch(IpAddress destination, int spi) {
        Expect.equal("an entry", senders.put(SaKey.of(destination, spi), SenderEntry.fresh(POSSIBLE.size())), 0);
    }

    static String everyShapeOnEveryCpu() {
        return run(SenderProgram.Link.ETHERNET, cases -> {
            for (int cpu : Cpus.online()) {
                CpuAffinity.on(cpu, () -> SHAPES.forEach(shape -> cases.check(shape.name(), shape.frame(), cpu)));
            }
        }) + ", " + SHAPES.size() + " shapes";
    }

    static String everyTruncationOfEveryShape() {
        return run(SenderProgram.Link.ETHERNET, cases -> CpuAffinity.on(HERE, () -> {
            for (Shape shape : SHAPES) {
                for (int length = shape.frame().length; length >= 14; length--) {
                    cases.check(shape.name(), Arrays.copyOf(shape.frame(), length), HERE);
                }
            }
        }));
    }

    static String aHundredThousandRandomFrames() {
        Mutation mutation = new Mutation(new SplittableRandom(9611), SHAPES);
        return run(SenderProgram.Link.ETHERNET, cases -> CpuAffinity.on(HERE, () -> {
            for (int i = 0; i < 100_000; i++) {
                cases.check("random " + i, mutation.next(), HERE);
            }
        }));
    }

    /** The kernel takes octets 12 and 13 for the ethertype, which here are in the middle of a source address. */
    static String packetsWithoutLinkHeader() {
        return run(SenderProgram.Link.NOTHING, cases -> CpuAffinity.on(HERE, () -> {
            for (Shape shape : SHAPES.stream().filter(each -> each.name().startsWith("plain/")).toList()) {
                byte[] packet = Arrays.copyOfRange(shape.frame(), 14, shape.frame().length);
                for (int ethertype : List.of(Layer.IPV4, Layer.IPV6, Layer.ARP)) {
                    packet[12] = (byte) (ethertype >> 8);
                    packet[13] = (byte) ethertype;
                    for (int length = packet.length; length >= 14; length--) {
                        byte[] cut = Arrays.copyOf(packet, length);
                        cases.check(shape.name(), cut, HERE, cases.model.decideBare(ethertype, cut));
                    }
                }
            }
        }));
    }

    /** Asked again a CPU reports once more; an SA that is no longer watched is silent. */
    static String eachCpuReportsOnceUntilAskedAgain() {
        byte[] frame = Layer.ethernet(List.of(Layer.IPV4), Layer.ipv4(50, 0, 0, Layer.esp(0x1000)));
        SpiModel.Sa sa = new SpiModel.Sa(Layer.V4_HERE, 0x1000);
        return run(SenderProgram.Link.ETHERNET, cases -> {
            for (int round = 0; round < 3; round++) {
                for (int cpu : Cpus.online()) {
                    CpuAffinity.on(cpu, () -> TestRun.of(cases.program, frame, 5));
                }
                cases.frames += 5L * Cpus.online().size();
                Expect.equal("reports in round " + round, cases.drained(), Cpus.online().stream()
                        .map(cpu -> new SenderRecord(sa.destination(), sa.spi(), cpu)).toList());
                long packets = 5L * (round + 1);
                Cpus.online().forEach(cpu -> Expect.equal("packets", cases.packets(sa).get(cpu), packets));
                cases.senders.put(SaKey.of(sa.destination(), sa.spi()), SenderEntry.again(cases.value(sa)));
            }
            cases.watched.remove(sa);
            cases.senders.remove(SaKey.of(sa.destination(), sa.spi()));
            cases.check("not watched", frame, HERE);
        });
    }

    /** The ring has room for half of the reports; the others are made by the next packets. */
    static String aFullRingLosesNoReport() {
        int sas = 200;
        return run(SenderProgram.Link.ETHERNET, cases -> CpuAffinity.on(HERE, () -> {
            Set<Integer> seen = new LinkedHashSet<>();
            for (int round = 0; round < 2; round++) {
                for (int spi = 0x2000; spi < 0x2000 + sas; spi++) {
                    if (round == 0) {
                        cases.watch(Layer.V4_HERE, spi);
                    }
                    byte[] packet = Layer.ipv4(50, 0, 0, Layer.esp(spi));
                    TestRun.of(cases.program, Layer.ethernet(List.of(Layer.IPV4), packet), 1);
                    cases.frames++;
                }
                List<Integer> reported = cases.drained().stream().map(SenderRecord::spi).toList();
                Expect.that(reported.size() + " reports at once", reported.size() < sas);
                reported.forEach(spi -> Expect.that("reported twice: " + spi, seen.add(spi)));
            }
            Expect.equal("reports", seen.size(), sas);
        }));
    }

    private static String run(SenderProgram.Link link, Consumer<SenderCases> work) {
        try (SenderCases cases = new SenderCases(link)) {
            work.accept(cases);
            cases.watched.forEach(sa -> cases.expected.computeIfPresent(sa, (_, packets) -> {
                Expect.equal("packets of " + sa, cases.packets(sa), packets);
                return packets;
            }));
            return cases.frames + " frames, " + cases.counted + " counted, " + cases.refusals + " refused by the kernel";
        }
    }

    private void check(String name, byte[] frame, int here) {
        check(name, frame, here, model.decide(frame));
    }

    private void check(String name, byte[] frame, int here, Optional<SpiModel.Sa> wanted) {
        frames++;
        OptionalInt action = actionOf(frame);
        if (action.isEmpty()) {
            refusals++;
            return;
        }
        List<SenderRecord> reported = drained();
        List<SenderRecord> expectedReports = new ArrayList<>();
        wanted.ifPresent(sa -> {
            counted++;
            long packets = expected.computeIfAbsent(sa, _ -> new HashMap<>()).merge(here, 1L, Long::sum);
            if (packets == 1) {
                expectedReports.add(new SenderRecord(sa.destination(), sa.spi(), here));
            }
        });
        boolean right = wanted.isEmpty() || expected.get(wanted.get()).equals(packets(wanted.get()));
        if (action.getAsInt() != TestRun.TCX_NEXT || !reported.equals(expectedReports) || !right) {
            throw new AssertionError(name + " on CPU " + here + ": " + wanted + " expected, reported " + reported
                    + ", counted right: " + right + ", " + action + ": " + HexFormat.of().formatHex(frame));
        }
    }

    /** Empty for a frame that the kernel does not run: newer ones want a whole IP header behind the ethertype. */
    private OptionalInt actionOf(byte[] frame) {
        try {
            return OptionalInt.of(TestRun.of(program, frame, 1).action());
        } catch (LinuxException refused) {
            int ethertype = ByteBuffer.wrap(frame).getShort(12) & 0xffff;
            int header = ethertype == Layer.IPV4 ? 20 : ethertype == Layer.IPV6 ? 40 : 0;
            if (refused.errno() != Errno.EINVAL || frame.length >= 14 + header) {
                throw refused;
            }
            return OptionalInt.empty();
        }
    }

    private List<SenderRecord> drained() {
        List<SenderRecord> records = new ArrayList<>();
        reports.drain(octets -> records.add(SenderRecord.read(octets)));
        return records;
    }

    private byte[] value(SpiModel.Sa sa) {
        return senders.get(SaKey.of(sa.destination(), sa.spi()), POSSIBLE.size());
    }

    private Map<Integer, Long> packets(SpiModel.Sa sa) {
        return SenderEntry.packets(value(sa), POSSIBLE);
    }

    @Override
    public void close() {
        program.close();
        reports.close();
        senders.close();
    }

    private static final List<Integer> POSSIBLE = Cpus.possible();
    private static final int HERE = Cpus.online().getLast();
    private static final List<Shape> SHAPES = Shape.all(List.of(0x1000, 0x1001, 0x80001000, 255));
}
