package dev.keylane.steering;

import dev.keylane.ike.net.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * How a device is steered at this moment.
 *
 * @param mode     such as {@code native}, or why it does not work any more
 * @param capacity how many entries there can be
 * @param verdicts packets by what became of them, since the program's maps were made
 */
public record SteeringStatus(String device, Strategy strategy, String mode, int capacity, List<Entry> entries,
                             Map<Verdict, Long> verdicts) {
    /**
     * @param packets found by this entry since it was made
     */
    public record Entry(IpAddress localAddress, int spi, int cpu, long packets) {
    }

    public SteeringStatus {
        entries = List.copyOf(entries);
        verdicts = Map.copyOf(verdicts);
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
