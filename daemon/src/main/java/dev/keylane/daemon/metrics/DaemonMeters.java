package dev.keylane.daemon.metrics;

import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.DaemonStats.Population;
import dev.keylane.daemon.control.DaemonStats.Strangers;
import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.ethtool.Ethtool;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.HandshakeResult;
import dev.keylane.ike.sa.IkeSaView;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The daemon's meters. They show the snapshot they were last given, so that reading them never waits for an SA.
 * Everything here may be called by any thread.
 */
public final class DaemonMeters {
    private final String version;
    private final MultiGauge info;
    private final MultiGauge ikeSas;
    private final MultiGauge childSas;
    private final SteeringMeters steering;
    private final OffloadMeters offloads;
    private final DeviceMeters devices;
    private volatile DaemonStats stats =
            new DaemonStats(Instant.EPOCH, 0, Strangers.NONE, 0, 0, "", DaemonStats.Counts.NONE, Population.NONE, List.of(),
                    Map.of(), OffloadCounts.NONE, Map.of());
    private volatile Instant asOf = Instant.EPOCH;

    /** @param version the daemon's */
    public DaemonMeters(MeterRegistry registry, String version) {
        this.version = version;
        info = MultiGauge.builder("keylane.info").description("always 1; the labels tell of the daemon")
                .register(registry);
        ikeSas = MultiGauge.builder("keylane.ike.sas").description("IKE SAs by state").register(registry);
        childSas = MultiGauge.builder("keylane.child.sas")
                .description("Child SAs by state and by the CPU they are bound to").register(registry);
        steering = new SteeringMeters(registry);
        offloads = new OffloadMeters(registry);
        devices = new DeviceMeters(registry, Ethtool.LINUX);
        for (String way : List.of("program", "acquires", "kernel")) {
            Gauge.builder("keylane.percpu.plans", this, m -> m.stats.senders().getOrDefault(way, 0L)).tag("senders", way)
                    .description("children and peers with SAs per CPU, by how it is learned which CPUs send; acquires cost packets, those of the software kernel (kernel) do not")
                    .register(registry);
        }
        Gauge.builder("keylane.ike.half.open.sas", this, m -> m.stats.strangers().halfOpen())
                .description("IKE SAs that wait for authentication").register(registry);
        FunctionCounter.builder("keylane.cookies.sent", this, m -> m.stats.strangers().cookies())
                .description("IKE_SA_INIT requests answered by asking for a cookie").register(registry);
        FunctionCounter.builder("keylane.half.open.evictions", this, m -> m.stats.strangers().evicted())
                .description("half-open IKE SAs that had to make room for another").register(registry);
        Gauge.builder("keylane.start.time.seconds", this, m -> m.stats.since().getEpochSecond())
                .description("when the daemon started, in Unix seconds").register(registry);
        Gauge.builder("keylane.stats.time.seconds", this, m -> m.asOf.toEpochMilli() / 1000.0)
                .description("when these numbers were taken, in Unix seconds; old ones mean a busy daemon")
                .register(registry);
        for (HandshakeResult result : HandshakeResult.values()) {
            handshakes(registry, "initiator", result, m -> m.stats.counts().initiated().getOrDefault(result, 0L));
            handshakes(registry, "responder", result, m -> m.stats.counts().responded().getOrDefault(result, 0L));
        }
        for (DropReason reason : DropReason.values()) {
            FunctionCounter.builder("keylane.dropped.datagrams", this,
                            m -> m.stats.counts().dropped().getOrDefault(reason, 0L))
                    .tag("reason", reason.label()).description("datagrams thrown away").register(registry);
        }
        FunctionCounter.builder("keylane.retransmits", this, m -> m.stats.counts().retransmitted())
                .description("IKE requests sent again").register(registry);
    }

    private void handshakes(MeterRegistry registry, String role, HandshakeResult result,
                            ToDoubleFunction<DaemonMeters> value) {
        FunctionCounter.builder("keylane.handshakes", this, value).tag("role", role).tag("result", result.label())
                .description("IKE_SA_INIT and IKE_AUTH exchanges by how they ended").register(registry);
    }

    /** @param taken when the numbers were asked for */
    public void show(DaemonStats now, Instant taken) {
        stats = now;
        asOf = taken;
        info.register(List.of(MultiGauge.Row.of(Tags.of("version", version, "kernel", now.kernel()), 1)), true);
        ikeSas.register(ikeRows(now.population()), true);
        childSas.register(childRows(now.population()), true);
        steering.show(now.steering());
        offloads.show(now.offloads());
        offloads.orphans(now.orphans());
        devices.show(now.offloads().devices());
    }

    /** A row for every state, so that a series does not vanish when its value is 0. */
    private static Iterable<MultiGauge.Row<?>> ikeRows(Population population) {
        return Stream.of(IkeSaView.State.values()).<MultiGauge.Row<?>>map(state -> MultiGauge.Row.of(
                Tags.of("state", label(state)), population.ikeSas().getOrDefault(state, 0L))).toList();
    }

    private static Iterable<MultiGauge.Row<?>> childRows(Population population) {
        Map<Tags, Long> rows = new HashMap<>();
        for (ChildSaView.State state : ChildSaView.State.values()) {
            rows.put(tags(state, "any", ""), 0L);
        }
        population.childSas().forEach((kind, count) -> rows.merge(kind.lane()
                ? tags(kind.state(), "any", Integer.toString(kind.resource().cpu()))
                : tags(kind.state(), cpu(kind.resource()), ""), count, Long::sum));
        return rows.entrySet().stream()
                .<MultiGauge.Row<?>>map(row -> MultiGauge.Row.of(row.getKey(), row.getValue())).toList();
    }

    private static String cpu(Resource resource) {
        return resource.isBound() ? Integer.toString(resource.cpu()) : "any";
    }

    /** @param lane empty for what is for CPUs */
    private static Tags tags(ChildSaView.State state, String cpu, String lane) {
        return Tags.of("state", label(state), "cpu", cpu, "lane", lane);
    }

    private static String label(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
