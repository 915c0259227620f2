package dev.keylane.bench;

import dev.keylane.linux.LinuxException;
import java.util.List;
import java.util.Locale;

/** What steering costs: the XDP program a packet, its map an SA, and the choice of an SPI. */
final class SteeringBench {
    private SteeringBench() {
    }

    static void run() {
        try (XdpBench bench = new XdpBench()) {
            packets(bench.packets(), bench.hasTwoCpus());
            updates(bench.updates());
        } catch (LinuxException refused) {
            print("(no programs are loaded here: %s)", refused.getMessage());
        }
        choices();
        print("%n%s", """
                Packets: the program alone, 200,000 runs a batch on one CPU, 15 batches in turn; what the kernel does for a
                redirected packet afterwards is not in it. Choices: CPU time of the Java code, an indirection table of 512
                entries, a queue on each CPU. Reading is what it costs to see whether the device has changed, at most
                every 5 seconds.""");
    }

    private static void packets(List<XdpBench.Line> lines, boolean twoCpus) {
        print("%-40s %7s %7s   %s", "XDP, ns a packet", "min", "median", "median / passing, / redirecting");
        double passing = median(lines.get(0));
        double redirecting = median(lines.get(1));
        for (XdpBench.Line line : lines) {
            print("%-40s %s   %7.2f %7.2f", line.what(), spread(line), median(line) / passing, median(line) / redirecting);
        }
        if (!twoCpus) {
            print("  (there is one CPU only, so nothing is for another one)");
        }
    }

    private static void updates(List<XdpBench.Line> lines) {
        print("%n%-40s %7s %7s", "Map of 16384 with 8193 entries, ns", "min", "median");
        lines.forEach(line -> print("%-40s %s", line.what(), spread(line)));
    }

    private static void choices() {
        print("%n%-40s %7s %7s   %7s   %s", "Choice of an SPI, us", "min", "median", "draws", "reading: min, median");
        for (int queues : List.of(8, 64, 128)) {
            for (boolean v4 : List.of(true, false)) {
                ChoiceBench.Line line = ChoiceBench.of(queues, v4);
                print("%-40s %7.2f %7.2f   %7.1f   %s", queues + " queues, IPv" + (v4 ? 4 : 6), spreadOf(line).min(),
                        spreadOf(line).median(), line.draws(), Spread.of(line.read(), Double::doubleValue));
            }
        }
    }

    private static Spread spreadOf(ChoiceBench.Line line) {
        return Spread.of(line.micros(), Double::doubleValue);
    }

    private static Spread spread(XdpBench.Line line) {
        return Spread.of(line.nanos(), Double::doubleValue);
    }

    private static double median(XdpBench.Line line) {
        return spread(line).median();
    }

    private static void print(String format, Object... arguments) {
        System.out.println(String.format(Locale.ROOT, format, arguments));
    }
}
