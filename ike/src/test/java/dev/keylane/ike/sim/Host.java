package dev.keylane.ike.sim;

import dev.keylane.ike.child.ChildKeysInOut;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.endpoint.IkeEndpoint;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.CryptoResult;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.wire.Octets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** One side of a {@link Pair}: a core, computing inline, and a kernel that is a map. */
public final class Host {
    public record Installed(ChildSa child, Octets encryptionIn, Octets encryptionOut, boolean sends) {
        Installed as(ChildSa moved) {
            return new Installed(moved, encryptionIn, encryptionOut, sends);
        }

        Installed complete() {
            return new Installed(child, encryptionIn, encryptionOut, true);
        }
    }

    /** SPIs the peer may know and send on, though there is no SA yet. */
    public final Set<Integer> offered = new HashSet<>();
    public final IkeEndpoint endpoint;
    public final IpEndpoint address;
    public final Map<Long, Installed> kernel = new LinkedHashMap<>();
    public final List<Effect> seen = new ArrayList<>();
    public final List<Octets> received = new ArrayList<>();
    /** When an IKE SA was begun. */
    public final List<Instant> attempts = new ArrayList<>();
    public final List<Secret> sharedKeys = new ArrayList<>();
    /** Told of each effect as it comes. */
    public @Nullable BiConsumer<Instant, Effect> witness;
    /** How many events the core has handled. */
    public long events;
    public final SeededRandom random;
    public Predicate<ChildSa> kernelAccepts = child -> true;
    public SpiChoice spis = SpiChoice.ANY;
    /** Non-null makes crypto and kernel answer later, by up to 30 ms each. */
    public @Nullable Random lag;
    /** Where wanted children are initiated to; null when there is no route. */
    public @Nullable IpEndpoint peer;
    private final Crypto crypto;
    private final List<Effect.SendDatagram> outbox = new ArrayList<>();
    private final Queue<Event> queue = new ArrayDeque<>();
    private final TreeMap<Instant, Event> late = new TreeMap<>();
    private long lastRequest;
    private static final Octets KEEPALIVE = Octets.of(0xff);

    Host(IpEndpoint address, EndpointSettings settings, long seed, ResourceAssignment resources, Crypto crypto) {
        this.address = address;
        this.crypto = crypto;
        this.random = new SeededRandom(seed);
        this.endpoint = new IkeEndpoint(settings, crypto, random, resources, new SpiChoice() {
            @Override
            public int choose(Use use, IntSupplier draws) {
                return spis.choose(use, draws);
            }

            @Override
            public int sourcePort(Use use, IntSupplier draws) {
                return spis.sourcePort(use, draws);
            }
        });
    }

    public Crypto crypto() {
        return crypto;
    }

    public void load(PolicyBook book, Instant now) {
        book.sharedKeys().forEach(key -> sharedKeys.add(key.secret()));
        on(new Event.PolicyReplaced(book), now);
    }

    /** Handles the event and everything that follows from it on this host, one after the other. */
    public void on(Event event, Instant now) {
        queue.add(event);
        for (Event next = queue.poll(); next != null; next = queue.poll()) {
            step(next, now);
        }
    }

    private void step(Event event, Instant now) {
        events++;
        for (Effect effect : endpoint.on(event, now)) {
            seen.add(effect);
            if (witness != null) {
                witness.accept(now, effect);
            }
            if (effect instanceof Effect.Note note && note.text().startsWith("initiating IKE_SA")) {
                attempts.add(now);
            }
            switch (effect) {
                case Effect.SendDatagram send -> outbox.add(send);
                case Effect.SendKeepalive(IpEndpoint local, IpEndpoint remote) ->
                        outbox.add(new Effect.SendDatagram(local, remote, KEEPALIVE));
                case Effect.RunCrypto run ->
                        answer(new Event.CryptoDone(run.ikeSa(), run.ticket(),
                                CryptoResult.of(run.task(), crypto)), now);
                case Effect.ChildOffered offer -> offered.add(offer.spiIn());
                case Effect.OfferWithdrawn withdrawn -> offered.remove(withdrawn.spiIn());
                case Effect.InstallChild install -> {
                    offered.remove(install.child().terms().spiIn());
                    answer(install(install), now);
                }
                case Effect.CompleteChild complete ->
                        kernel.computeIfPresent(complete.child().id(), (_, half) -> half.complete());
                case Effect.StopSending _ -> {
                    // A kernel sends on the youngest anyway.
                }
                case Effect.MoveChildren(List<ChildSa> moved) -> moved.forEach(child ->
                        kernel.computeIfPresent(child.id(), (_, there) -> there.as(child)));
                case Effect.RemoveChild remove -> kernel.remove(remove.child().id());
                case Effect.Reinitiate wanted -> queue.add(peer == null
                        ? new Event.InitiateHindered(wanted.connection(), wanted.child(), "no way there")
                        : new Event.Initiate(0, wanted.connection(), wanted.child(), new Path(address, peer), Event.Trigger.OPERATOR));
                case Effect.PeerForgot _, Effect.InstallTrap _, Effect.Report _ -> {
                }
            }
        }
    }

    private void answer(Event result, Instant now) {
        if (lag == null) {
            queue.add(result);
            return;
        }
        Instant at = now.plusNanos(lag.nextLong(30_000_000));
        while (late.containsKey(at)) {
            at = at.plusNanos(1);
        }
        late.put(at, result);
    }

    Optional<Instant> nextResult() {
        return late.isEmpty() ? Optional.empty() : Optional.of(late.firstKey());
    }

    void takeResults(Instant now) {
        while (!late.isEmpty() && !late.firstKey().isAfter(now)) {
            on(late.pollFirstEntry().getValue(), now);
        }
    }

    private Event install(Effect.InstallChild install) {
        ChildSa child = install.child();
        try (ChildKeysInOut keys = install.keys()) {
            if (!kernelAccepts.test(child)) {
                return new Event.ChildInstallFailed(child.ikeSa(), child.id(), "the kernel said no");
            }
            kernel.put(child.id(), new Installed(child, Octets.copyOf(keys.encryptionIn().borrow()),
                    Octets.copyOf(keys.encryptionOut().borrow()), !install.inboundFirst()));
            return new Event.ChildInstalled(child.ikeSa(), child.id());
        }
    }

    public long initiate(String connection, @Nullable String child, Host peer, Instant now) {
        return initiate(connection, child, peer, Resource.NONE, now);
    }

    public long initiate(String connection, @Nullable String child, Host peer, Resource resource, Instant now) {
        on(new Event.Initiate(++lastRequest, connection, child, new Path(address, peer.address),
                new Event.Trigger(resource, 0, null)), now);
        return lastRequest;
    }

    List<Effect.SendDatagram> takeOutbox() {
        List<Effect.SendDatagram> taken = List.copyOf(outbox);
        outbox.clear();
        return taken;
    }

    public <E extends Effect> List<E> seen(Class<E> kind) {
        return seen.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    public List<String> log() {
        return seen(Effect.Note.class).stream().map(Effect.Note::message).toList();
    }

    public List<ChildSa> children() {
        return kernel.values().stream().map(Installed::child).toList();
    }
}
