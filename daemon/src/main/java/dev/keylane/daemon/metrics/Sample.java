package dev.keylane.daemon.metrics;

import dev.keylane.daemon.control.Status;
import dev.keylane.daemon.traffic.Carried;
import dev.keylane.daemon.traffic.KernelReader.Reading;
import dev.keylane.daemon.traffic.Series;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The daemon's status and what the kernel has counted by then.
 *
 * @param carried  since the start
 * @param overruns how often the kernel had more to tell than it could
 * @param problem  why the kernel has not told, empty when it has
 * @param before   what had been carried some seconds ago, to tell rates from; empty when it is not known
 */
public record Sample(Instant taken, Status status, Map<Series, Carried> carried, Reading reading, long overruns,
                     String problem, Optional<Before> before) {
    public record Before(Instant taken, Map<Series, Carried> carried) {
    }

    /**
     * A second's share of what came and went lately.
     *
     * @param receivedBits a second, likewise the others
     */
    public record Rate(double receivedBits, double sentBits, double receivedPackets, double sentPackets) {
        public static final Rate NONE = new Rate(0, 0, 0, 0);

        public Rate plus(Rate other) {
            return new Rate(receivedBits + other.receivedBits, sentBits + other.sentBits,
                    receivedPackets + other.receivedPackets, sentPackets + other.sentPackets);
        }
    }

    /** Empty while there is nothing to compare with. */
    public Optional<Rate> rate(Series series) {
        return before.map(then -> {
            double seconds = Math.max(0.001, Duration.between(then.taken(), taken).toMillis() / 1000.0);
            Carried now = carried.getOrDefault(series, Carried.NOTHING);
            Carried old = then.carried().getOrDefault(series, Carried.NOTHING);
            return new Rate(8 * (now.receivedBytes() - old.receivedBytes()) / seconds,
                    8 * (now.sentBytes() - old.sentBytes()) / seconds,
                    (now.receivedPackets() - old.receivedPackets()) / seconds,
                    (now.sentPackets() - old.sentPackets()) / seconds);
        });
    }
}
