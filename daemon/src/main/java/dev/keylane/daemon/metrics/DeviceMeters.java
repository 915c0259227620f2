package dev.keylane.daemon.metrics;

import dev.keylane.ethtool.Answer;
import dev.keylane.ethtool.DeviceCounters;
import dev.keylane.ethtool.Ethtool;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What devices with SAs in them have counted themselves: {@code keylane_device_ipsec_rx_pkts_total} is the counter {@code
 * ipsec_rx_pkts} of {@code ethtool -S}. A device that has had SAs is read until it has gone, so that counters do not jump.
 */
final class DeviceMeters {
    private final MeterRegistry registry;
    private final Ethtool ethtool;
    private final Set<String> devices = new HashSet<>();
    private final Map<Series, Shown> shown = new HashMap<>();

    private record Series(String device, String counter) {
    }

    private record Shown(FunctionCounter meter, AtomicLong value) {
    }

    DeviceMeters(MeterRegistry registry, Ethtool ethtool) {
        this.registry = registry;
        this.ethtool = ethtool;
    }

    /**
     * Asks the drivers, which may take some milliseconds each.
     *
     * @param carrying devices with SAs in them now
     */
    synchronized void show(Collection<String> carrying) {
        devices.addAll(carrying);
        for (String device : Set.copyOf(devices)) {
            switch (DeviceCounters.read(ethtool, device, PREFIX)) {
                case Answer.Is<Map<String, Long>>(Map<String, Long> counters) ->
                        counters.forEach((counter, value) -> show(new Series(device, counter), value));
                case Answer.Refused<Map<String, Long>> _ -> forget(device);
            }
        }
    }

    private void show(Series series, long value) {
        if (series.counter().matches("[a-z0-9_]{1,40}")) {
            shown.computeIfAbsent(series, this::register).value().set(value);
        }
    }

    private Shown register(Series series) {
        AtomicLong value = new AtomicLong();
        return new Shown(FunctionCounter.builder("keylane.device." + series.counter().replace('_', '.'), value, AtomicLong::get)
                .tag("device", series.device()).description("the device's own counter " + series.counter()).register(registry),
                value);
    }

    private void forget(String device) {
        devices.remove(device);
        shown.entrySet().removeIf(each -> {
            boolean gone = each.getKey().device().equals(device);
            if (gone) {
                registry.remove(each.getValue().meter());
            }
            return gone;
        });
    }

    private static final String PREFIX = "ipsec_";
}
