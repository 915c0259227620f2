package dev.keylane.bench;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.wire.Octets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An initiator and a responder in one thread. Exchanges go in step: all requests of a batch, then all answers, so that
 * the clock is read a few times a batch and each side's time is its own.
 */
final class Couple {
    private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
    private static final IpEndpoint RESPONDER = new IpEndpoint(IpAddress.of("198.51.100.1"), 500);

    private @Nullable Side initiator;
    private @Nullable Side responder;
    private int peers;

    private Couple(Side initiator, Side responder) {
        this.initiator = initiator;
        this.responder = responder;
    }

    /** @param cookieThreshold half-open SAs from which on the responder demands cookies */
    static Couple of(String esp, PerCpu perCpu, ResourceAssignment resources, int cookieThreshold) {
        EndpointSettings plain = EndpointSettings.DEFAULT;
        EndpointSettings settings = new EndpointSettings(plain.port(), plain.natPort(), plain.retransmission(),
                cookieThreshold, Integer.MAX_VALUE, plain.halfOpen().timeout());
        return new Couple(new Side(settings, resources, Policies.initiators(esp, perCpu)),
                new Side(settings, resources, Policies.responder(esp, perCpu)));
    }

    static Couple of(String esp) {
        return of(esp, PerCpu.NO, _ -> new ResourceAssignment.Answer.QueueFull(), Integer.MAX_VALUE);
    }

    Side initiator() {
        return Objects.requireNonNull(initiator);
    }

    Side responder() {
        return Objects.requireNonNull(responder);
    }

    /** Leaves the initiator to the garbage collector. */
    void forgetInitiator() {
        initiator = null;
    }

    void forgetResponder() {
        responder = null;
    }

    /** Sets up IKE SAs with {@code count} further initiator addresses, one child each. */
    Cost handshakes(int count) {
        int first = peers;
        peers += count;
        return exchange(first, count, Resource.FALLBACK);
    }

    /** A further child on each of the IKE SAs {@code first} to {@code first + count}. */
    Cost children(int first, int count, Resource resource) {
        return exchange(first, count, resource);
    }

    /** The IKE_SA_INIT requests of further initiators, without delivering them. */
    List<Effect.SendDatagram> initRequests(int count) {
        for (int peer = peers; peer < peers + count; peer++) {
            initiator().on(initiate(peer, Resource.NONE), NOW);
        }
        peers += count;
        return initiator().takeOutbox();
    }

    /** Has the responder handle each of the datagrams; answers what it costs it, and throws its answers away. */
    long deliver(List<Effect.SendDatagram> datagrams) {
        long from = CpuTime.ofThread();
        pass(datagrams, responder());
        long spent = CpuTime.ofThread() - from;
        responder().takeOutbox();
        return spent;
    }

    /** Has the responder handle one datagram many times, a tenth of a second apart on its clock. */
    long deliver(Octets datagram, int times) {
        long from = CpuTime.ofThread();
        for (int i = 0; i < times; i++) {
            responder().on(new Event.DatagramReceived(RESPONDER, address(0), datagram),
                    NOW.plus(Duration.ofMillis(100L * i)));
        }
        long spent = CpuTime.ofThread() - from;
        responder().takeOutbox();
        return spent;
    }

    private Cost exchange(int first, int count, Resource resource) {
        int expected = initiator().childrenUp() + count;
        long initiating = 0;
        long responding = 0;
        long at = CpuTime.ofThread();
        for (int peer = first; peer < first + count; peer++) {
            initiator().on(initiate(peer, resource), NOW);
        }
        List<Effect.SendDatagram> flying = initiator().takeOutbox();
        while (!flying.isEmpty()) {
            long sent = CpuTime.ofThread();
            initiating += sent - at;
            pass(flying, responder());
            flying = responder().takeOutbox();
            at = CpuTime.ofThread();
            responding += at - sent;
            pass(flying, initiator());
            flying = initiator().takeOutbox();
        }
        initiating += CpuTime.ofThread() - at;
        if (initiator().childrenUp() != expected || responder().childrenUp() != expected) {
            throw new IllegalStateException("a child did not come up");
        }
        return new Cost(initiating / 1e3 / count, responding / 1e3 / count);
    }

    /** As a socket would: what one side sent and what the other received are not the same objects. */
    static void pass(List<Effect.SendDatagram> datagrams, Side to) {
        for (Effect.SendDatagram sent : datagrams) {
            IpEndpoint from = new IpEndpoint(new IpAddress(copy(sent.local().address().octets())), sent.local().port());
            to.on(new Event.DatagramReceived(sent.remote(), from, copy(sent.datagram())), NOW);
        }
    }

    private static Octets copy(Octets octets) {
        return Octets.copyOf(octets.borrow());
    }

    private static Event initiate(int peer, Resource resource) {
        return new Event.Initiate(0, Policies.CONNECTION, Policies.CHILD, new Path(address(peer), RESPONDER),
                new Event.Trigger(resource, 0, null));
    }

    private static IpEndpoint address(int peer) {
        return new IpEndpoint(new IpAddress(Octets.of(10, peer >> 16, peer >> 8 & 0xff, peer & 0xff)), 500);
    }
}
