package dev.keylane.ike.sim;

import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.MessageCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Predicate;

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
    private Predicate<IkeHeader> lost = header -> false;
    private long number;
    private int mtu = Integer.MAX_VALUE;

    Link(long seed, Weather weather) {
        this.random = new Random(seed);
        this.weather = weather;
    }

    /** Loses what is larger from now on, IPv4 and UDP headers counted. */
    public void mtu(int octets) {
        mtu = octets;
    }

    public void weather(Weather other) {
        weather = other;
    }

    /** Loses what has such a header from now on; headers are all that can be read of a protected message. */
    public void lose(Predicate<IkeHeader> which) {
        lost = which;
    }

    void send(Effect.SendDatagram datagram, Instant now) {
        boolean chosen = MessageCodec.decode(datagram.datagram()) instanceof Decoded.Ok ok
                && lost.test(ok.message().header());
        boolean large = datagram.datagram().length() + HEADERS > mtu;
        if (random.nextDouble() < weather.loss() || chosen || large) {
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

    boolean carries(IpEndpoint from) {
        return flights.stream().anyMatch(flight -> flight.datagram().local().equals(from));
    }

    /** Takes the oldest datagram under way from there out of the air. */
    Optional<Effect.SendDatagram> take(IpEndpoint from) {
        Optional<Flight> oldest = flights.stream().filter(flight -> flight.datagram().local().equals(from))
                .min(Comparator.comparingLong(Flight::number));
        oldest.ifPresent(flights::remove);
        return oldest.map(Flight::datagram);
    }

    private static final int HEADERS = 28;
}
