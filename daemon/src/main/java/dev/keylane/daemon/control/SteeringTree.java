package dev.keylane.daemon.control;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The shape of {@code steer show --json} and of {@code /steering}. Every key is always there; what is not known is null.
 * SPIs are hexadecimal digits.
 * <pre>
 * devices: [ { device steering
 *              strategies: [ { strategy fits reason in_use mode capacity entries hits misses packets{} alerts[] } ]
 *              sas: [ { spi local cpu strategy packets reason } ] } ]
 * spreading: [ { device mode problem cpus[] packets{} } ]
 * senders: { devices[] problem by_program by_acquires by_kernel }
 * problem: why nothing can be steered at all
 * </pre>
 * {@code strategy} of an SA that nobody steers is null, and {@code reason} tells why; it also tells why strategies that
 * come first do not steer it.
 */
public final class SteeringTree {
    private SteeringTree() {
    }

    public static Map<String, @Nullable Object> of(SteeringSnapshot snapshot) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("devices", snapshot.devices().stream().map(SteeringTree::device).toList());
        tree.put("spreading", snapshot.spreads().stream().map(SteeringTree::spread).toList());
        tree.put("senders", senders(snapshot.senders()));
        tree.put("problem", snapshot.problem().isEmpty() ? null : snapshot.problem());
        return tree;
    }

    private static Map<String, @Nullable Object> senders(SteeringSnapshot.Senders senders) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("devices", new ArrayList<>(senders.devices()));
        tree.put("problem", senders.problem().isEmpty() ? null : senders.problem());
        tree.put("by_program", senders.byProgram());
        tree.put("by_acquires", senders.byAcquires());
        tree.put("by_kernel", senders.byKernel());
        return tree;
    }

    private static Map<String, @Nullable Object> device(SteeringSnapshot.Device device) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("device", device.name());
        tree.put("steering", device.steering());
        tree.put("strategies", device.ways().stream().map(SteeringTree::way).toList());
        tree.put("sas", device.sas().stream().map(SteeringTree::sa).toList());
        return tree;
    }

    /** A strategy as {@code steer plan --json} and {@code steer show --json} have it. */
    private static Map<String, @Nullable Object> way(SteeringSnapshot.Way way) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        SteeringSnapshot.Use use = way.inUse().orElse(null);
        tree.put("strategy", way.strategy());
        tree.put("fits", way.fits());
        tree.put("reason", way.reason());
        tree.put("in_use", use != null);
        tree.put("mode", use == null ? null : use.mode());
        tree.put("capacity", use == null || use.capacity().isEmpty() ? null : use.capacity().getAsInt());
        tree.put("entries", use == null ? null : use.entries());
        tree.put("hits", use == null || use.packets().isEmpty() ? null : use.hits());
        tree.put("misses", use == null || use.packets().isEmpty() ? null : use.misses());
        tree.put("packets", use == null ? Map.of() : use.packets());
        tree.put("alerts", use == null ? List.of() : use.alerts());
        return tree;
    }

    private static Map<String, @Nullable Object> sa(SteeringSnapshot.Sa sa) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("spi", "%08x".formatted(sa.spi()));
        tree.put("local", sa.local().toString());
        tree.put("cpu", sa.cpu());
        tree.put("strategy", sa.strategy().isEmpty() ? null : sa.strategy());
        tree.put("packets", sa.packets().isPresent() ? sa.packets().getAsLong() : null);
        tree.put("reason", sa.reasons().isEmpty() ? null : sa.reasons());
        return tree;
    }

    private static Map<String, @Nullable Object> spread(SteeringSnapshot.Spread spread) {
        Map<String, @Nullable Object> tree = new LinkedHashMap<>();
        tree.put("device", spread.device());
        tree.put("mode", spread.mode().isEmpty() ? null : spread.mode());
        tree.put("problem", spread.problem().isEmpty() ? null : spread.problem());
        tree.put("cpus", new ArrayList<>(spread.cpus()));
        tree.put("packets", spread.packets());
        return tree;
    }
}
