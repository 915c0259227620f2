package dev.keylane.daemon.metrics;

import dev.keylane.daemon.offload.Ability;
import dev.keylane.daemon.offload.OffloadCounts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Meters of what was asked of devices. */
final class OffloadMeters {
    private final MeterRegistry registry;
    private final MultiGauge sas;
    private final MultiGauge abilities;
    private final Map<Series, Long> totals = new ConcurrentHashMap<>();

    private record Series(String name, Tags tags) {
    }

    OffloadMeters(MeterRegistry registry) {
        this.registry = registry;
        sas = MultiGauge.builder("keylane.offload.sas")
                .description("Child SAs that asked for hardware offload, by what they asked, what they got and of which device")
                .register(registry);
        abilities = MultiGauge.builder("keylane.offload.ability")
                .description("what a device has taken when it was tried, 1 or 0").register(registry);
    }

    void show(OffloadCounts counts) {
        sas.register(counts.sas().entrySet().stream().<MultiGauge.Row<?>>map(each -> MultiGauge.Row.of(
                Tags.of("asked", each.getKey().asked().name().toLowerCase(Locale.ROOT), "granted",
                        each.getKey().granted().label(), "device", each.getKey().device()), each.getValue())).toList(), true);
        abilities.register(counts.abilities().stream().flatMap(device -> Stream.of(Ability.values())
                .<MultiGauge.Row<?>>map(ability -> MultiGauge.Row.of(Tags.of("device", device.device(), "ability",
                        ability.label()), device.can(ability) ? 1 : 0))).toList(), true);
        counts.refused().forEach((refused, times) -> show("keylane.offload.refused",
                Tags.of("device", refused.device(), "reason", refused.reason().label()),
                "times a device did not take an SA or policy", times));
        counts.lost().forEach((loss, times) -> show("keylane.offload.lost",
                Tags.of("device", loss.device(), "reason", loss.label()),
                "Child SAs whose keys have gone out of the kernel unasked", times));
        counts.doubted().forEach((device, times) -> show("keylane.offload.doubted", Tags.of("device", device),
                "times SAs in packet offload were used while the device's counters stood still", times));
    }

    /** @param removed by device; those that no device had are there from the beginning */
    void orphans(Map<String, Long> removed) {
        Map<String, Long> all = new HashMap<>(Map.of("", 0L));
        all.putAll(removed);
        all.forEach((device, sas) -> show("keylane.orphans.removed", Tags.of("device", device),
                "SAs of an earlier run that nobody could take over, by the device that had them", sas));
    }

    private void show(String name, Tags tags, String description, long times) {
        Series series = new Series(name, tags);
        if (totals.put(series, times) == null) {
            FunctionCounter.builder(name, totals, all -> all.getOrDefault(series, 0L)).tags(tags)
                    .description(description).register(registry);
        }
    }
}
