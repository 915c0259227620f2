package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.software.esp.Esp;
import dev.keylane.xfrm.software.esp.EspKeys;
import dev.keylane.xfrm.software.esp.ReplayWindow;
import dev.keylane.xfrm.software.esp.SequenceCounter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/** One installed state with what changes as it is used; any number of threads. */
final class SaState {
    /** Replaced when the other end moves, under the tables' lock. */
    private volatile SaSpec spec;
    private volatile OuterPath path;
    private final EspKeys keys;
    private final Esp esp;
    private final SequenceCounter sequence;
    private final ReplayWindow window;
    private final AtomicLong packets = new AtomicLong();
    private final AtomicLong octets = new AtomicLong();
    private final LongAdder replayed = new LongAdder();
    private final LongAdder unauthentic = new LongAdder();
    private final AtomicBoolean dying = new AtomicBoolean();
    private final AtomicReference<IpEndpoint> peer;
    /** Guarded by the tables' lock. */
    private final List<Timers.Timer> timers = new ArrayList<>(2);
    private volatile long lastUsed;

    SaState(SaSpec spec, SaKeys keys) {
        this.spec = spec;
        this.path = path(spec);
        this.keys = EspKeys.copyOf(keys);
        this.esp = Esp.of(spec.id().spi(), spec.algorithms(), this.keys, spec.replay().esn());
        this.sequence = new SequenceCounter(spec.replay().esn());
        this.window = new ReplayWindow(spec.replay().esn() && isInbound(spec), spec.replay().window());
        this.peer = new AtomicReference<>(source(spec));
    }

    private static OuterPath path(SaSpec spec) {
        return new OuterPath(spec.source(), spec.id().destination(), spec.encap());
    }

    private static IpEndpoint source(SaSpec spec) {
        SaSpec.Encap encap = spec.encap();
        return new IpEndpoint(spec.source(), encap == null ? 0 : encap.sourcePort());
    }

    /** Keys, numbers and counters go on. */
    void move(SaSpec to) {
        spec = to;
        path = path(to);
        peer.set(source(to));
    }

    private static boolean isInbound(SaSpec spec) {
        return spec.direction() == SaSpec.Direction.IN;
    }

    SaSpec spec() {
        return spec;
    }

    OuterPath path() {
        return path;
    }

    EspKeys keys() {
        return keys;
    }

    Esp esp() {
        return esp;
    }

    SequenceCounter sequence() {
        return sequence;
    }

    /** The number of a packet with these low bits, or {@link ReplayWindow#NONE}, and whether it is new. */
    long infer(int low) {
        synchronized (window) {
            return window.infer(low);
        }
    }

    boolean admits(long seq) {
        synchronized (window) {
            return window.admits(seq);
        }
    }

    /** Takes note of an authentic packet; false when another one with its number was faster. */
    boolean accept(long seq) {
        synchronized (window) {
            return window.accept(seq);
        }
    }

    boolean isNewest(long seq) {
        synchronized (window) {
            return window.top() == seq;
        }
    }

    /** Packets counted before this one. */
    long countPacket() {
        return packets.getAndIncrement();
    }

    /** Octets counted before these. */
    long countOctets(int more) {
        return octets.getAndAdd(more);
    }

    void countReplayed() {
        replayed.increment();
    }

    void countUnauthentic() {
        unauthentic.increment();
    }

    void used(long unixSeconds) {
        if (lastUsed != unixSeconds) {
            lastUsed = unixSeconds;
        }
    }

    /** Whether a soft limit has been passed. */
    boolean isDying() {
        return dying.get();
    }

    /** True for the one caller who found it out. */
    boolean startDying() {
        return !dying.get() && dying.compareAndSet(false, true);
    }

    AtomicReference<IpEndpoint> peer() {
        return peer;
    }

    List<Timers.Timer> timers() {
        return timers;
    }

    SaInfo info() {
        SaInfo.Counters counters =
                new SaInfo.Counters(packets.get(), octets.get(), replayed.sum(), unauthentic.sum());
        return new SaInfo(spec.id(), spec.source(), spec.direction(), spec.mode(), spec.reqid(), spec.cpu(),
                spec.replay().esn(), counters, lastUsed, null, spec.encap(), false);
    }
}
