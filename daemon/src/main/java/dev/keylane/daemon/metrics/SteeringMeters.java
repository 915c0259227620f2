package dev.keylane.daemon.metrics;

import dev.keylane.daemon.control.SteeringCount;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Steering's meters, a series a device and strategy in use. */
final class SteeringMeters {
    private final MeterRegistry registry;
    private final MultiGauge entries;
    private final MultiGauge capacities;
    private final MultiGauge unsteered;
    private final Map<Series, Long> totals = new ConcurrentHashMap<>();

    private record Series(String name, Tags tags) {
    }

    SteeringMeters(MeterRegistry registry) {
        this.registry = registry;
        entries = MultiGauge.builder("keylane.steering.entries").description("SAs whose packets are steered")
                .register(registry);
        capacities = MultiGauge.builder("keylane.steering.capacity")
                .description("SAs whose packets can be steered, where there is a limit").register(registry);
        unsteered = MultiGauge.builder("keylane.steering.unsteered.sas")
                .description("per-CPU SAs whose packets stay where they arrive").register(registry);
    }

    void show(List<SteeringCount> counts) {
        entries.register(counts.stream().<MultiGauge.Row<?>>map(count -> MultiGauge.Row.of(tags(count), count.entries()))
                .toList(), true);
        capacities.register(counts.stream().filter(count -> count.capacity().isPresent()).<MultiGauge.Row<?>>map(count ->
                MultiGauge.Row.of(tags(count), count.capacity().getAsInt())).toList(), true);
        unsteered.register(counts.stream().map(count -> new Unsteered(count.device(), count.unsteered())).distinct()
                .<MultiGauge.Row<?>>map(each -> MultiGauge.Row.of(Tags.of("device", each.device()), each.sas()))
                .toList(), true);
        counts.forEach(this::packets);
    }

    private record Unsteered(String device, long sas) {
    }

    private void packets(SteeringCount count) {
        count.packets().forEach((verdict, seen) -> show("keylane.steering.packets", tags(count).and("verdict", verdict),
                "packets that a steering program has seen, by what it did with them and why", seen));
        if (!count.packets().isEmpty()) {
            show("keylane.steering.hits", tags(count), "ESP packets of SAs that are steered", count.hits());
            show("keylane.steering.misses", tags(count), "ESP packets of SAs that are not", count.misses());
        }
    }

    private void show(String name, Tags tags, String description, long seen) {
        Series series = new Series(name, tags);
        if (totals.put(series, seen) == null) {
            FunctionCounter.builder(name, totals, all -> all.getOrDefault(series, 0L)).tags(tags)
                    .description(description).register(registry);
        }
    }

    private static Tags tags(SteeringCount count) {
        return Tags.of("device", count.device(), "strategy", count.strategy());
    }
}
