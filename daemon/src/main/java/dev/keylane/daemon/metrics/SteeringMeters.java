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
    private final Map<Tags, Long> packets = new ConcurrentHashMap<>();

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
        counts.forEach(count -> count.packets().forEach((verdict, seen) -> show(tags(count).and("verdict", verdict), seen)));
    }

    private record Unsteered(String device, long sas) {
    }

    private void show(Tags tags, long seen) {
        if (packets.put(tags, seen) == null) {
            FunctionCounter.builder("keylane.steering.packets", packets, all -> all.getOrDefault(tags, 0L)).tags(tags)
                    .description("packets that a steering program has seen, by what it did with them and why")
                    .register(registry);
        }
    }

    private static Tags tags(SteeringCount count) {
        return Tags.of("device", count.device(), "strategy", count.strategy());
    }
}
