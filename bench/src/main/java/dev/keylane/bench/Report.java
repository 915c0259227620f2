package dev.keylane.bench;

import java.util.List;
import java.util.Locale;

/** The table on standard output. */
final class Report {
    void cpuHeading() {
        line("%s", "CPU time of one exchange, us a side: smallest and median of batches");
        line("%-36s %15s   %15s   %s", "", "initiator", "responder", "charon's responder");
        line("%-36s %7s %7s   %7s %7s", "", "min", "median", "min", "median");
    }

    void cpu(String what, List<Cost> costs, String charon) {
        line("%-36s %s   %s   %s", what, Spread.of(costs, Cost::initiator), Spread.of(costs, Cost::responder), charon);
    }

    /** A line for what only a responder does. */
    void responder(String what, List<Double> costs, String charon) {
        line("%-36s %15s   %s   %s", what, "", Spread.of(costs, Double::doubleValue), charon);
    }

    void cpu(String what, Spread costs, String charon) {
        line("%-36s %s   %15s   %s", what, costs, "", charon);
    }

    void note(String text, Object... arguments) {
        line("  (" + text + ")", arguments);
    }

    void heapHeading() {
        line("%n%s", "Heap, bytes a side");
        line("%-36s %15s   %15s   %s", "", "initiator", "responder", "charon's responder");
    }

    void heap(String what, HeapCost cost, String charon) {
        line("%-36s %15d   %15d   %s", what, cost.initiator(), cost.responder(), charon);
    }

    void end() {
        line("%n%s", """
                Ours: the core alone, both sides in one thread, cryptography included, sockets and kernel not; Java %s.
                charon's: process CPU time under load and resident memory, its UDP sockets included (about a tenth), its
                kernel side faked; not measured in this run, but on a 2.5 GHz Cascade Lake virtual machine. The last
                CPU line tells how this machine compares: there our own x25519 took 58-67 us.""".formatted(
                Runtime.version()));
    }

    private static void line(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}
