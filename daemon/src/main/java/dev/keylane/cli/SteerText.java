package dev.keylane.cli;

import dev.keylane.daemon.control.SteeringSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What is steered, in lines for people. */
final class SteerText {
    private final List<String> lines = new ArrayList<>();

    private SteerText() {
    }

    static List<String> lines(SteeringSnapshot snapshot) {
        SteerText text = new SteerText();
        snapshot.devices().forEach(text::device);
        snapshot.spreads().forEach(text::spread);
        if (text.lines.isEmpty()) {
            text.lines.add("nothing is steered" + (snapshot.problem().isEmpty() ? "" : ": " + snapshot.problem()));
        }
        text.senders(snapshot.senders());
        return text.lines;
    }

    private void device(SteeringSnapshot.Device device) {
        lines.add("%s: steering = %s".formatted(device.name(), device.steering()));
        device.ways().forEach(this::way);
        device.sas().forEach(this::sa);
    }

    private void way(SteeringSnapshot.Way way) {
        lines.add("  %-6s %s".formatted(way.strategy(), way.inUse()
                .map(use -> "%s, %d %s%s".formatted(use.mode(), use.entries(),
                        use.capacity().isEmpty() ? "SAs" : "of " + use.capacity().getAsInt() + " entries",
                        use.packets().isEmpty() ? "" : ", %d hits, %d misses".formatted(use.hits(), use.misses())))
                .orElse((way.fits() ? "not in use: " : "no: ") + way.reason())));
        way.inUse().ifPresent(use -> {
            packets(use.packets());
            use.alerts().forEach(alert -> lines.add("         alert: " + alert));
        });
    }

    private void packets(Map<String, Long> packets) {
        String seen = packets.entrySet().stream().filter(each -> each.getValue() != 0)
                .map(each -> each.getKey() + " " + each.getValue()).collect(Collectors.joining(", "));
        if (!seen.isEmpty()) {
            lines.add("         packets: " + seen);
        }
    }

    private void sa(SteeringSnapshot.Sa sa) {
        lines.add("  %08x to %s -> cpu %d, %s%s%s".formatted(sa.spi(), sa.local(), sa.cpu(),
                sa.strategy().isEmpty() ? "not steered" : "by " + sa.strategy(),
                sa.packets().isPresent() ? ", " + sa.packets().getAsLong() + " packets" : "",
                sa.reasons().isEmpty() ? "" : " (" + sa.reasons() + ")"));
    }

    private void senders(SteeringSnapshot.Senders senders) {
        if (!senders.equals(SteeringSnapshot.Senders.NONE)) {
            String where = senders.devices().isEmpty() ? "" : "watched on " + String.join(", ", senders.devices());
            lines.add("CPUs that send: " + (senders.problem().isEmpty() ? where.isEmpty() ? "none needs to be watched" : where
                    : where + (where.isEmpty() ? "" : "; ") + "not all are watched: " + senders.problem()));
            lines.add("         children and peers: %d by the program, %d by acquires%s".formatted(
                    senders.byProgram(), senders.byAcquires(),
                    senders.byKernel() == 0 ? "" : ", " + senders.byKernel() + " by the software kernel"));
        }
    }

    private void spread(SteeringSnapshot.Spread spread) {
        lines.add("%s: plaintext %s".formatted(spread.device(), spread.mode().isEmpty()
                ? "is not spread: " + spread.problem()
                : "spread over CPUs " + spread.cpus().stream().map(String::valueOf).collect(Collectors.joining(","))
                        + " (" + spread.mode() + ")"));
        packets(spread.packets());
    }
}
