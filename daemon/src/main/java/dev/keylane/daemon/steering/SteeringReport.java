package dev.keylane.daemon.steering;

import dev.keylane.daemon.control.SteeringCount;
import dev.keylane.daemon.control.SteeringSnapshot;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.Strategy;
import dev.keylane.steering.Verdict;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** A device and its SAs as others see them. */
final class SteeringReport {
    private SteeringReport() {
    }

    private record Name(IpAddress local, int spi) {
    }

    static SteeringSnapshot.Device of(SteeredDevice device, Set<Steering> words, List<Arrival> arrivals) {
        Map<Strategy, SteeringStatus> inUse = new EnumMap<>(Strategy.class);
        Map<Name, SteeringStatus.Entry> entries = new HashMap<>();
        for (SteeringStatus status : device.on().status()) {
            inUse.put(status.strategy(), status);
            status.entries().forEach(entry -> entries.put(new Name(entry.localAddress(), entry.spi()), entry));
        }
        List<SteeringSnapshot.Way> ways = device.on().plan().findings().stream().map(finding -> new SteeringSnapshot.Way(
                finding.strategy().toString(), finding.fitness().fits(), finding.fitness().reason(),
                Optional.ofNullable(inUse.get(finding.strategy())).map(SteeringReport::use))).toList();
        return new SteeringSnapshot.Device(device.name(), words.stream().map(SteeredDevice::text)
                .collect(Collectors.joining(", ")), ways,
                arrivals.stream().map(arrival -> sa(arrival, entries)).toList());
    }

    private static SteeringSnapshot.Use use(SteeringStatus status) {
        return new SteeringSnapshot.Use(status.mode(), status.capacity() == SteeringStatus.NO_LIMIT
                ? OptionalInt.empty() : OptionalInt.of(status.capacity()), status.entries().size(), labels(status.verdicts()), status.alerts());
    }

    private static SteeringSnapshot.Sa sa(Arrival arrival, Map<Name, SteeringStatus.Entry> entries) {
        SteeringStatus.Entry entry = entries.get(new Name(arrival.local(), arrival.sa().spi()));
        return new SteeringSnapshot.Sa(arrival.local(), arrival.sa().spi(), arrival.cpu(),
                arrival.placement().by().map(Strategy::toString).orElse(""),
                entry == null ? OptionalLong.empty() : entry.packets(), arrival.placement().reasons());
    }

    static List<SteeringCount> counts(SteeredDevice device, List<Arrival> arrivals) {
        Map<Strategy, Integer> capacities = device.on().capacities();
        long unsteered = arrivals.stream().filter(arrival -> !arrival.isSteered()).count();
        return device.on().verdicts().entrySet().stream().map(inUse -> new SteeringCount(device.name(),
                inUse.getKey().toString(), arrivals.stream().filter(arrival -> arrival.placement().by()
                .filter(inUse.getKey()::equals).isPresent()).count(), capacities.containsKey(inUse.getKey())
                ? OptionalInt.of(capacities.get(inUse.getKey())) : OptionalInt.empty(), unsteered, labels(inUse.getValue()))).toList();
    }

    static Map<String, Long> labels(Map<Verdict, Long> verdicts) {
        Map<String, Long> labels = new LinkedHashMap<>();
        for (Verdict verdict : Verdict.values()) {
            if (verdicts.containsKey(verdict)) {
                labels.put(verdict.label(), verdicts.get(verdict));
            }
        }
        return labels;
    }
}
