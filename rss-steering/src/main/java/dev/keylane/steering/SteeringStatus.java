package dev.keylane.steering;

import dev.keylane.ike.net.IpAddress;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How a device is steered at this moment.
 *
 * @param mode     such as {@code native}, or why it does not work any more
 * @param capacity how many entries there can be, or {@link #NO_LIMIT}
 * @param verdicts packets by what became of them, since the program's maps were made; none where the device does it all
 * @param alerts   sentences about what the operator should see to
 */
public record SteeringStatus(String device, Strategy strategy, String mode, int capacity, List<Entry> entries,
                             Map<Verdict, Long> verdicts, List<String> alerts) {
    public static final int NO_LIMIT = Integer.MAX_VALUE;

    /**
     * @param packets found by this entry since it was made; empty where nobody counts them
     */
    public record Entry(IpAddress localAddress, int spi, int cpu, OptionalLong packets) {
        public Entry(IpAddress localAddress, int spi, int cpu, long packets) {
            this(localAddress, spi, cpu, OptionalLong.of(packets));
        }
    }

    public SteeringStatus(String device, Strategy strategy, String mode, int capacity, List<Entry> entries,
                          Map<Verdict, Long> verdicts) {
        this(device, strategy, mode, capacity, entries, verdicts, List.of());
    }

    public SteeringStatus {
        entries = List.copyOf(entries);
        verdicts = Map.copyOf(verdicts);
        alerts = List.copyOf(alerts);
    }

    /** Packets of SAs with an entry. */
    public long hits() {
        return count(Verdict.REDIRECTED) + count(Verdict.ALREADY_HERE) + count(Verdict.NO_QUEUE);
    }

    /** ESP without an entry. */
    public long misses() {
        return count(Verdict.NO_ENTRY);
    }

    public long count(Verdict verdict) {
        return verdicts.getOrDefault(verdict, 0L);
    }
}
