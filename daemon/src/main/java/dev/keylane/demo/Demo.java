package dev.keylane.demo;

import dev.keylane.daemon.control.ChildSnapshot;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The course of the demonstration: every CPU of the left side sends from before the first SA exists, until each has a
 * pair of its own; then the right side sends as much back.
 */
final class Demo {
    private final Side left;
    private final Side right;
    private final int cpus;
    private final int packets;
    private final PrintWriter out;
    private final boolean live;
    /** CPUs of the left side whose pair has carried packets; replaced as a whole. */
    private volatile BitSet covered = new BitSet();

    /**
     * @param packets for each CPU and direction
     * @param live    whether {@code out} is a terminal, where a line can be written over
     */
    Demo(Side left, Side right, int cpus, int packets, PrintWriter out, boolean live) {
        this.left = left;
        this.right = right;
        this.cpus = cpus;
        this.packets = packets;
        this.out = out;
        this.live = live;
    }

    /** The last line, without its prefix, or the reason of a failure. */
    sealed interface Verdict {
        record Ok(String summary) implements Verdict {
        }

        record Failed(String reason) implements Verdict {
        }
    }

    Verdict run() throws IOException {
        long gap = Math.max(1_000_000L * cpus / PACKETS_PER_MILLI, MIN_GAP_NANOS);
        Senders there = new Senders(left, right, packets, gap, cpu -> covered.get(cpu));
        Senders back = new Senders(right, left, packets, gap, cpu -> true);
        there.start(cpus);
        watch(there, back);
        back.start(cpus);
        watch(there, back);
        if (live) {
            out.println();
        }
        List<ChildSnapshot> leftPairs = left.pairs();
        List<ChildSnapshot> rightPairs = right.pairs();
        PairTable.print(out, left.name(), leftPairs);
        PairTable.print(out, right.name(), rightPairs);
        out.println();
        return judge(leftPairs, rightPairs, there, back);
    }

    /** Until the senders have finished and nothing has arrived for a while. */
    private void watch(Senders there, Senders back) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long quietSince = System.nanoTime();
        long last = -1;
        while (System.nanoTime() < deadline) {
            progress(there, back);
            long received = received();
            boolean complete = received == there.sent() + back.sent();
            if (received != last) {
                last = received;
                quietSince = System.nanoTime();
            }
            boolean quiet = System.nanoTime() - quietSince > QUIET.toNanos();
            if (!there.isRunning() && !back.isRunning() && (complete || quiet)) {
                return;
            }
            LockSupport.parkNanos(TICK.toNanos());
        }
    }

    private long received() {
        return right.tally().received() + left.tally().received();
    }

    private void progress(Senders there, Senders back) throws IOException {
        BitSet own = new BitSet();
        left.pairs().stream().filter(Demo::isUsed).forEach(pair -> own.set(pair.child().sa().resource().cpu()));
        covered = own;
        String line = "%d of %d CPUs with a pair of their own, %d packets sent, %d received"
                .formatted(own.cardinality(), cpus, there.sent() + back.sent(), received());
        if (live) {
            out.print("\r" + line + "   ");
        } else {
            out.println(line);
        }
        out.flush();
    }

    private Verdict judge(List<ChildSnapshot> leftPairs, List<ChildSnapshot> rightPairs, Senders there, Senders back) {
        long sent = there.sent() + back.sent() + there.refused() + back.refused();
        long received = received();
        if (received != sent) {
            return new Verdict.Failed("%d of %d packets lost; dropped by %s, %s"
                    .formatted(sent - received, sent, left.drops(), right.drops()));
        }
        if (right.tally().surplus() + left.tally().surplus() > 0) {
            return new Verdict.Failed("packets arrived that were not sent, or twice");
        }
        return covered(left, leftPairs).or(() -> covered(right, rightPairs)).map(Verdict.class::cast)
                .orElseGet(() -> new Verdict.Ok(("1 fallback + %d per-CPU SA pairs, %d packets sent, %d received, "
                        + "0 lost").formatted(cpus, sent, received)));
    }

    private static boolean isUsed(ChildSnapshot pair) {
        return pair.child().sa().resource().isBound() && PairTable.packets(pair.outbound()) > 0;
    }

    /** One fallback, and a pair for every CPU that has carried packets. */
    private Optional<Verdict.Failed> covered(Side side, List<ChildSnapshot> pairs) {
        long fallbacks = pairs.stream().filter(pair -> !pair.child().sa().resource().isBound()).count();
        long used = pairs.stream().filter(Demo::isUsed).map(pair -> pair.child().sa().resource().cpu())
                .distinct().count();
        return fallbacks == 1 && used == cpus && pairs.size() == cpus + 1 ? Optional.empty()
                : Optional.of(new Verdict.Failed(
                        "%s has %d fallback SAs and %d of %d CPUs sending on a pair of their own, %d pairs in all"
                                .formatted(side.name(), fallbacks, used, cpus, pairs.size())));
    }

    private static final int PACKETS_PER_MILLI = 2;
    private static final long MIN_GAP_NANOS = 1_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration QUIET = Duration.ofSeconds(2);
    private static final Duration TICK = Duration.ofMillis(200);
}
