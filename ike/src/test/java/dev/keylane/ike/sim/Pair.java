package dev.keylane.ike.sim;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two endpoints, a virtual clock and a link: a whole handshake with loss takes microseconds and comes out the same every
 * time. No thread, no sleep.
 */
public final class Pair {
    public final Host left;
    public final Host right;
    public final Link link;
    /** What the left host sits behind. */
    public @Nullable NatBox nat;
    public Instant now = Instant.parse("2030-01-01T00:00:00Z");

    public Pair(long seed) {
        this(seed, EndpointSettings.DEFAULT, Link.Weather.FAIR);
    }

    public Pair(long seed, EndpointSettings settings, Link.Weather weather) {
        this(seed, settings, weather, "192.0.2.1", "198.51.100.2");
    }

    public Pair(long seed, EndpointSettings settings, Link.Weather weather, String leftAddress, String rightAddress) {
        this(seed, settings, weather, leftAddress, rightAddress, new JcaCrypto(), new JcaCrypto());
    }

    /** Two hosts that are not alike. */
    public Pair(long seed, EndpointSettings left, EndpointSettings right, Link.Weather weather) {
        this(new Host(new IpEndpoint(IpAddress.of("192.0.2.1"), left.port()), left, seed * 2 + 1, FOUR_CPUS,
                new JcaCrypto()), new Host(new IpEndpoint(IpAddress.of("198.51.100.2"), right.port()), right,
                seed * 2 + 2, FOUR_CPUS, new JcaCrypto()), new Link(seed, weather));
    }

    /** Two hosts that spread the other's SAs in their own way. */
    public Pair(long seed, EndpointSettings left, EndpointSettings right, Link.Weather weather,
                ResourceAssignment resources) {
        this(new Host(new IpEndpoint(IpAddress.of("192.0.2.1"), left.port()), left, seed * 2 + 1, resources,
                new ToyCrypto(seed * 2 + 1)), new Host(new IpEndpoint(IpAddress.of("198.51.100.2"), right.port()), right,
                seed * 2 + 2, resources, new ToyCrypto(seed * 2 + 2)), new Link(seed, weather));
    }

    private Pair(Host left, Host right, Link link) {
        this.left = left;
        this.right = right;
        this.link = link;
    }

    /** With cheap mathematics that watches over its keys. */
    public static Pair toy(long seed, EndpointSettings settings, Link.Weather weather) {
        return new Pair(seed, settings, weather, "192.0.2.1", "198.51.100.2", new ToyCrypto(seed * 2 + 1),
                new ToyCrypto(seed * 2 + 2));
    }

    private Pair(long seed, EndpointSettings settings, Link.Weather weather, String leftAddress, String rightAddress,
                 Crypto leftCrypto, Crypto rightCrypto) {
        this.left = new Host(new IpEndpoint(IpAddress.of(leftAddress), settings.port()), settings, seed * 2 + 1,
                FOUR_CPUS, leftCrypto);
        this.right = new Host(new IpEndpoint(IpAddress.of(rightAddress), settings.port()), settings, seed * 2 + 2,
                FOUR_CPUS, rightCrypto);
        this.left.peer = right.address;
        this.right.peer = left.address;
        this.link = new Link(seed, weather);
    }

    /** Runs until nothing is under way, or until {@code limit} of virtual time has passed. */
    public void drive(Duration limit) {
        Instant end = now.plus(limit);
        flush();
        Optional<Instant> next = next();
        while (next.isPresent() && !next.get().isAfter(end)) {
            now = next.get().isAfter(now) ? next.get() : now;
            step();
            next = next();
        }
    }

    /** Two minutes: longer than a handshake, shorter than giving up. */
    public void drive() {
        drive(Duration.ofMinutes(2));
    }

    /** Takes the oldest message under way from a host out of the air, to be lost or {@link #deliver delivered} later. */
    public Effect.SendDatagram hold(Host from) {
        flush();
        return link.take(from.address).orElseThrow(() -> new AssertionError("nothing is under way from " + from.address
                + "\n" + String.join("\n", from.log())));
    }

    /** Brings the oldest message under way from a host to the other one, at once. */
    public void deliver(Host from) {
        deliver(hold(from));
    }

    public void deliver(Effect.SendDatagram held) {
        arrive(held);
        flush();
    }

    /** Whether nothing is under way from a host. */
    public boolean isSilent(Host from) {
        flush();
        return !link.carries(from.address);
    }

    public void advance(Duration by) {
        drive(by);
        now = now.plus(by);
        step();
    }

    private void step() {
        while (link.nextArrival().filter(at -> !at.isAfter(now)).isPresent()) {
            arrive(link.take());
        }
        for (Host host : new Host[] {left, right}) {
            host.takeResults(now);
            if (host.endpoint.nextTimeout().filter(at -> !at.isAfter(now)).isPresent()) {
                host.on(new Event.TimeReached(), now);
            }
        }
        flush();
    }

    private void arrive(Effect.SendDatagram sent) {
        Effect.SendDatagram arrived = nat == null ? sent : nat.in(sent);
        if (arrived == null) {
            return;
        }
        Host to = arrived.remote().address().equals(left.address.address()) ? left : right;
        to.received.add(arrived.datagram());
        to.on(new Event.DatagramReceived(arrived.remote(), arrived.local(), arrived.datagram()), now);
    }

    private void flush() {
        left.takeOutbox().forEach(datagram -> link.send(nat == null ? datagram : nat.out(datagram), now));
        right.takeOutbox().forEach(datagram -> link.send(datagram, now));
    }

    private Optional<Instant> next() {
        return Stream.of(link.nextArrival(), left.endpoint.nextTimeout(), right.endpoint.nextTimeout(),
                        left.nextResult(), right.nextResult())
                .flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    /** The first SA is the fallback, then CPUs 0 to 3 in turn, eight at the most. */
    private static final ResourceAssignment FOUR_CPUS = demand ->
            demand.existing().size() >= 9 ? new ResourceAssignment.Answer.QueueFull()
                    : new ResourceAssignment.Answer.Assigned(
                            demand.existing().isEmpty() ? Resource.FALLBACK
                                    : Resource.cpu((demand.existing().size() - 1) % 4));
}
