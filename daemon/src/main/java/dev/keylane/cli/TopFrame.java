package dev.keylane.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One picture of {@code keylane top}, in lines: a pure function of what is and what was. */
final class TopFrame {
    private final List<String> lines = new ArrayList<>();
    private final Map<Long, TopSample.Sa> before = new HashMap<>();
    private final double seconds;

    /** Of the terminal. */
    record Size(int rows, int columns) {
    }

    private TopFrame(@Nullable TopSample before, TopSample now) {
        this.seconds = before == null ? 0 : (now.nanos() - before.nanos()) / 1e9;
        if (before != null) {
            sas(before).forEach(sa -> this.before.put(sa.id(), sa));
        }
    }

    /**
     * @param before null for the first frame, which knows no rates
     */
    static List<String> of(@Nullable TopSample before, TopSample now, Size size) {
        TopFrame frame = new TopFrame(before, now);
        frame.heading(now);
        now.connections().forEach(frame::connection);
        return fit(frame.lines, size);
    }

    private static List<TopSample.Sa> sas(TopSample sample) {
        return sample.connections().stream().flatMap(conn -> conn.ikeSas().stream())
                .flatMap(ike -> ike.sas().stream()).toList();
    }

    private void heading(TopSample now) {
        List<TopSample.Sa> all = sas(now);
        long up = now.connections().stream().filter(TopSample.Conn::isUp).count();
        Rate in = all.stream().map(sa -> rate(sa, true)).reduce(Rate.NONE, Rate::plus);
        Rate out = all.stream().map(sa -> rate(sa, false)).reduce(Rate.NONE, Rate::plus);
        lines.add("keylane: %d of %d connections up, %d IKE SAs, %d Child SAs, in %s, out %s".formatted(up,
                now.connections().size(), now.connections().stream().mapToInt(conn -> conn.ikeSas().size()).sum(), all.size(),
                in.bits(seconds), out.bits(seconds)));
        lines.add("");
        lines.add(ROW.formatted("CHILD", "CPU", "STATE", "OFFLOAD", "STEERING", "IN pkt/s", "IN bit/s", "OUT pkt/s", "OUT bit/s",
                "REKEY"));
    }

    private void connection(TopSample.Conn conn) {
        if (conn.ikeSas().isEmpty()) {
            lines.add(conn.name() + ": down");
        }
        for (TopSample.Ike ike : conn.ikeSas()) {
            lines.add("%s: #%d %s with %s, rekeying %s".formatted(conn.name(), ike.id(), ike.state(), ike.remote(),
                    until(ike.rekey())));
            ike.sas().forEach(this::sa);
        }
        if (!conn.ikeSas().isEmpty()) {
            conn.down().forEach(child -> lines.add("  " + child + " down"));
        }
    }

    private void sa(TopSample.Sa sa) {
        Rate in = rate(sa, true);
        Rate out = rate(sa, false);
        lines.add(ROW.formatted("  " + sa.child(), sa.place(), sa.state(), sa.offload(), sa.steering(), in.packets(seconds),
                in.bits(seconds), out.packets(seconds), out.bits(seconds), until(sa.rekey())));
    }

    /** What came and went since the last frame. */
    private record Rate(long octets, long count) {
        static final Rate NONE = new Rate(0, 0);

        Rate plus(Rate other) {
            return new Rate(octets + other.octets, count + other.count);
        }

        String packets(double seconds) {
            return seconds <= 0 ? "-" : scaled(count / seconds);
        }

        String bits(double seconds) {
            return seconds <= 0 ? "-" : scaled(8 * octets / seconds);
        }
    }

    /** An SA that is new has carried everything since the last frame. */
    private Rate rate(TopSample.Sa sa, boolean in) {
        TopSample.Sa old = before.get(sa.id());
        TopSample.Traffic now = in ? sa.in() : sa.out();
        TopSample.Traffic then = old == null ? new TopSample.Traffic(0, 0) : in ? old.in() : old.out();
        return new Rate(Math.max(0, now.bytes() - then.bytes()), Math.max(0, now.packets() - then.packets()));
    }

    static String scaled(double number) {
        String[] units = {"", "k", "M", "G", "T"};
        int unit = 0;
        while (number >= 999.5 && unit < units.length - 1) {
            number /= 1000;
            unit++;
        }
        return String.format(Locale.ROOT, number < 9.95 && unit > 0 ? "%.1f%s" : "%.0f%s", number, units[unit]);
    }

    private static String until(@Nullable Long seconds) {
        if (seconds == null) {
            return "-";
        }
        return seconds < 100 ? seconds + "s" : seconds < 6000 ? seconds / 60 + "m%02d".formatted(seconds % 60)
                : seconds / 3600 + "h%02d".formatted(seconds / 60 % 60);
    }

    /** What does not fit is left out, and said to be. */
    private static List<String> fit(List<String> lines, Size size) {
        List<String> seen = lines.size() <= size.rows() ? lines
                : new ArrayList<>(lines.subList(0, Math.max(0, size.rows() - 1)));
        if (seen.size() < lines.size()) {
            seen.add("... " + (lines.size() - seen.size()) + " more lines");
        }
        return seen.stream().map(line -> line.substring(0, Math.min(line.length(), size.columns())).stripTrailing()).toList();
    }

    private static final String ROW = "%-20s %5s %-10s %-8s %-8s %9s %9s %9s %9s %7s";
}
