package dev.keylane.daemon.metrics;

import dev.keylane.daemon.traffic.Carried;
import dev.keylane.daemon.traffic.Placement;
import dev.keylane.daemon.traffic.Series;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Child SAs by what they are for: a connection's child, and a CPU or lane of it. Rekeying changes no label. */
final class SaFamilies {
    private final Map<Series, String> labels = new HashMap<>();

    /** Those that serve the same, more than one for a moment while they are rekeyed. */
    private static final class Group {
        private long up;
        private @Nullable Instant installed;
        private @Nullable Instant rekey;
        private Optional<Placement> placement = Optional.empty();

        void add(ChildSaView child, @Nullable Placement where) {
            up += child.isUp() ? 1 : 0;
            installed = later(installed, child.installed());
            rekey = earlier(rekey, child.rekeyAt());
            placement = Optional.ofNullable(where).or(() -> placement);
        }
    }

    private record Row(String labels, Carried carried, Group group) {
    }

    void write(Sample sample, Exposition out) {
        List<Row> rows = rows(sample);
        counter(out, rows, "keylane_sa_received_packets", "packets that came by SAs of a child and CPU", Carried::receivedPackets);
        counter(out, rows, "keylane_sa_received_bytes", "octets that came by SAs of a child and CPU", Carried::receivedBytes);
        counter(out, rows, "keylane_sa_sent_packets", "packets that left by SAs of a child and CPU", Carried::sentPackets);
        counter(out, rows, "keylane_sa_sent_bytes", "octets that left by SAs of a child and CPU", Carried::sentBytes);
        counter(out, rows, "keylane_sa_replayed_packets", "received packets that were refused as replays", Carried::replayed);
        counter(out, rows, "keylane_sa_unauthentic_packets", "received packets whose checksum was wrong", Carried::unauthentic);
        out.gauge("keylane_sa_up", "Child SAs that are up for a child and CPU");
        rows.forEach(row -> out.add(row.labels(), row.group().up));
        moment(out, rows, "keylane_sa_installed_timestamp_seconds", "when the youngest of them came up", group -> group.installed);
        moment(out, rows, "keylane_sa_rekey_timestamp_seconds", "when the first of them is rekeyed, at the latest",
                group -> group.rekey);
        offload(out, rows);
    }

    private List<Row> rows(Sample sample) {
        Map<Series, Group> groups = new TreeMap<>(ORDER);
        sample.carried().keySet().forEach(series -> groups.put(series, new Group()));
        Map<Long, Placement> placements = sample.status().kernel().children();
        for (IkeSaView sa : sample.status().sas()) {
            for (ChildSaView child : sa.children()) {
                Placement where = placements.get(child.sa().id());
                groups.computeIfAbsent(Series.of(child.sa(), where != null && where.isLane()), _ -> new Group())
                        .add(child, where);
            }
        }
        if (labels.size() > 2 * groups.size() + SPARE) {
            labels.clear();
        }
        List<Row> rows = new ArrayList<>(groups.size());
        groups.forEach((series, group) -> rows.add(new Row(labels.computeIfAbsent(series, SaFamilies::labels),
                sample.carried().getOrDefault(series, Carried.NOTHING), group)));
        return rows;
    }

    private static String labels(Series series) {
        return Labels.of("connection", series.connection(), "child", series.child(), "cpu", series.cpu(), "lane",
                series.lane());
    }

    private static void counter(Exposition out, List<Row> rows, String name, String help, ToLongFunction<Carried> value) {
        out.counter(name, help);
        rows.forEach(row -> out.add(row.labels(), value.applyAsLong(row.carried())));
    }

    private static void moment(Exposition out, List<Row> rows, String name, String help,
                               Function<Group, @Nullable Instant> moment) {
        out.gauge(name, help);
        rows.forEach(row -> out.add(row.labels(), moment.apply(row.group())));
    }

    private static void offload(Exposition out, List<Row> rows) {
        out.gauge("keylane_sa_offload", "1 for SAs that asked for hardware offload; the labels tell what they asked and got");
        rows.forEach(row -> row.group().placement.map(Placement::grant)
                .filter(grant -> grant.asked() != HwOffload.NO).ifPresent(grant -> out.add(
                        Labels.with(Labels.with(row.labels(), "asked", grant.askedLabel()), "granted",
                                grant.granted().label()), 1)));
    }

    private static @Nullable Instant later(@Nullable Instant one, @Nullable Instant other) {
        return one == null || other != null && other.isAfter(one) ? other : one;
    }

    private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
        return one == null || other != null && other.isBefore(one) ? other : one;
    }

    private static final Comparator<Series> ORDER = Comparator.comparing(Series::connection).thenComparing(Series::child)
            .thenComparing(Series::isLane).thenComparingInt(series -> series.resource().cpu());
    private static final int SPARE = 1000;
}
