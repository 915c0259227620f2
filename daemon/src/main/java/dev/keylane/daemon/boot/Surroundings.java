package dev.keylane.daemon.boot;

import dev.keylane.daemon.config.AddressResolver;
import dev.keylane.daemon.net.IkeSockets;
import dev.keylane.daemon.net.LocalAddresses;
import dev.keylane.daemon.shard.Shard;
import dev.keylane.daemon.shard.ShardControl;
import dev.keylane.daemon.steering.SaSteering;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.PolicyBook;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What changes around a running daemon: names, addresses and CPUs, looked at every few seconds. On the shard's thread. */
final class Surroundings implements AutoCloseable {
    private final IkeSockets sockets;
    private final List<IpAddress> listen;
    private final CpuChoice cpus;
    private final KernelPlace place;
    private final NameWatch names = new NameWatch(AddressResolver.system(), FIRST_LOOK);
    private Supplier<Set<IpAddress>> inUse = Set::of;
    private PolicyBook book = PolicyBook.EMPTY;
    private PolicyBook expected = PolicyBook.EMPTY;
    private AutoCloseable links = () -> { };
    private AutoCloseable cards = () -> { };
    private boolean closed;
    private int looks;
    private int nextAudit = LOOKS_AN_AUDIT;

    Surroundings(IkeSockets sockets, List<IpAddress> listen, CpuChoice cpus, KernelPlace place) {
        this.sockets = sockets;
        this.listen = listen;
        this.cpus = cpus;
        this.place = place;
    }

    /**
     * @param addresses those that SAs run from: they are listened on although no connection names them any more
     */
    void keep(Supplier<Set<IpAddress>> addresses) {
        inUse = addresses;
    }

    /** Without news of links, the looks at the kernel's SAs find out later what has gone with one. */
    void watchLinks(Executor executor, Shard shard) {
        cards = place.watchCards(executor, shard::onCard);
        try {
            links = place.watchLinks(executor, shard::onLink);
        } catch (IOException unknown) {
            LOG.warn("links are not watched: {}", unknown.getMessage());
        }
    }

    /** Names that have no address are looked up again. */
    void watchNames(ShardControl control) {
        names.listen(control::resolved);
        control.onUnresolved(names::lookUp);
    }

    /** Listens on what the configuration needs. */
    void use(PolicyBook inForce) {
        book = inForce;
        names.use(inForce);
        bind();
        cpus.use(inForce);
    }

    /** What is about to be loaded is listened for, too, so that it shows before anything begins whether that can be. */
    void expect(PolicyBook next) {
        expected = next;
        bind();
    }

    private void bind() {
        Set<IpAddress> wanted = LocalAddresses.wanted(listen, book);
        wanted.addAll(inUse.get());
        Set<IpAddress> all = LocalAddresses.wanted(listen, expected);
        all.removeAll(wanted);
        // Whoever asks there, or whose connection is still to come, is not to be told that nobody knows him: he asks again.
        sockets.mute(all);
        sockets.defer(book.connections().size() < expected.connections().size());
        all.addAll(wanted);
        sockets.bind(all);
        place.steering().ifPresent(steering -> follow(steering, wanted));
    }

    /** A failure is our own bug, and received packets stay where they arrive. */
    private void follow(SaSteering steering, Set<IpAddress> local) {
        try {
            steering.look(book, local);
        } catch (RuntimeException bug) {
            LOG.error("looking after steering failed", bug);
        }
    }

    /** A failure is our own bug, and must not be the last look. One that was due when we were closed looks at nothing. */
    void look(Shard shard) {
        try {
            if (!closed) {
                compare(shard);
            }
        } catch (RuntimeException bug) {
            LOG.error("looking at addresses and CPUs failed", bug);
        }
    }

    private void compare(Shard shard) {
        bind();
        if (cpus.look()) {
            shard.onCpus();
        }
        if (++looks >= nextAudit) {
            audit(shard);
        }
    }

    /** It reads all of the kernel's SAs: where there are many, it takes a hundredth of the time and not more. */
    private void audit(Shard shard) {
        long begin = System.nanoTime();
        shard.audit();
        long took = Duration.ofNanos(System.nanoTime() - begin).toMillis();
        nextAudit = looks + (int) Math.max(LOOKS_AN_AUDIT, took * SHARE / LOOK_MILLIS);
    }

    @Override
    public void close() {
        closed = true;
        for (AutoCloseable watch : List.of(names, cards, links)) {
            try {
                watch.close();
            } catch (Exception failed) {
                LOG.error("stopping to watch names and devices: {}", failed.toString());
            }
        }
    }

    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);
    private static final int LOOKS_AN_AUDIT = 3;
    private static final long LOOK_MILLIS = 2000;
    private static final long SHARE = 100;
    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
