package dev.keylane.ike.sim;

import dev.keylane.ike.sa.Effect;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;

/** The way between two hosts: by seed it loses, doubles, delays and so reorders datagrams. */
public final class Link {
    /**
     * @param loss      0..1
     * @param duplicate 0..1
     * @param jitter    added to the latency, up to this
     */
    public record Weather(double loss, double duplicate, Duration latency, Duration jitter) {
        public static final Weather FAIR = new Weather(0, 0, Duration.ofMillis(10), Duration.ZERO);
        public static final Weather ROUGH = new Weather(0.15, 0.2, Duration.ofMillis(10), Duration.ofMillis(50));
    }

    record Flight(Instant arrives, long number, Effect.SendDatagram datagram) implements Comparable<Flight> {
        @Override
        public int compareTo(Flight other) {
            int byTime = arrives.compareTo(other.arrives);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    private final PriorityQueue<Flight> flights = new PriorityQueue<>();
    private final Random random;
    private Weather weather;
    private long number;

    Link(long seed, Weather weather) {
        this.random = new Random(seed);
        this.weather = weather;
    }

    public void weather(Weather other) {
        weather = other;
    }

    void send(Effect.SendDatagram datagram, Instant now) {
        if (random.nextDouble() < weather.loss()) {
            return;
        }
        put(datagram, now);
        if (random.nextDouble() < weather.duplicate()) {
            put(datagram, now);
        }
    }

    private void put(Effect.SendDatagram datagram, Instant now) {
        long jitter = weather.jitter().isZero() ? 0 : random.nextLong(weather.jitter().toNanos());
        flights.add(new Flight(now.plus(weather.latency()).plusNanos(jitter), number++, datagram));
    }

    Optional<Instant> nextArrival() {
        return Optional.ofNullable(flights.peek()).map(Flight::arrives);
    }

    Effect.SendDatagram take() {
        return flights.remove().datagram();
    }
}
