package dev.keylane.daemon.shard;

import dev.keylane.daemon.kernel.CardChange;
import dev.keylane.daemon.kernel.KernelSide;
import dev.keylane.daemon.kernel.LinkChange;
import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.endpoint.IkeEndpoint;
import dev.keylane.ike.sa.CryptoResult;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmEvent;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the core: gives it events one after the other and carries out what it asks for. Every method belongs to the
 * event loop.
 */
public final class Shard {
    private final EventLoop loop;
    private final IkeEndpoint core;
    private final KernelSide kernel;
    private final Crypto crypto;
    private final Network network;
    private final InstantSource clock;
    private final EffectListener listener;
    private final Queue<Event> events = new ArrayDeque<>();
    private boolean running;
    private @Nullable Future<?> timer;
    private Instant timerAt = Instant.MAX;

    public Shard(EventLoop loop, IkeEndpoint core, KernelSide kernel, Crypto crypto,
                 Network network, InstantSource clock, EffectListener listener) {
        this.loop = loop;
        this.core = core;
        this.kernel = kernel;
        this.crypto = crypto;
        this.network = network;
        this.clock = clock;
        this.listener = listener;
    }

    EventLoop loop() {
        return loop;
    }

    IkeEndpoint core() {
        return core;
    }

    KernelSide kernel() {
        return kernel;
    }

    Instant now() {
        return clock.instant();
    }

    public void handle(Event event) {
        handle(List.of(event));
    }

    /** What came together: that of IKE SAs goes first, so that it does not wait behind what strangers send. */
    public void onDatagrams(List<Event.DatagramReceived> together) {
        List<Event> ordered = new ArrayList<>(together.size());
        List<Event> strangers = new ArrayList<>();
        for (Event.DatagramReceived datagram : together) {
            (core.isForSa(datagram.datagram()) ? ordered : strangers).add(datagram);
        }
        ordered.addAll(strangers);
        handle(ordered);
    }

    public void onKernelEvent(XfrmEvent event) {
        handle(hear("an event", () -> kernel.onKernelEvent(event, clock.instant())));
    }

    public void onCpus() {
        handle(hear("other CPUs", () -> kernel.onCpus(clock.instant())));
    }

    public void onCpuSends(SaId outbound, int cpu) {
        handle(hear("a CPU that sends", () -> kernel.onCpuSends(outbound, cpu, clock.instant())));
    }

    public void onLink(LinkChange change) {
        handle(hear("a change of a link", () -> kernel.onLink(change, clock.instant())));
    }

    public void onCard(CardChange change) {
        handle(hear("a change of a card", () -> kernel.onCard(change, clock.instant())));
    }

    /** A device has answered what was tried on it: what waits for that goes on. */
    public void onDevice(Runnable answer) {
        handle(hear("a device that was tried", () -> {
            answer.run();
            return kernel.onTime(clock.instant());
        }));
    }

    /** Whether all that should be in the kernel is. */
    public void audit() {
        handle(hear("looking at the kernel's SAs", () -> kernel.audit(clock.instant())));
    }

    /** A failure of the kernel side costs what it was told, never the loop. */
    private static List<Event> hear(String what, Supplier<List<Event>> kernelSide) {
        try {
            return kernelSide.get();
        } catch (RuntimeException bug) {
            LOG.error("the kernel side failed at {}", what, bug);
            return List.of();
        }
    }

    /** Handles the events and all that follows from them here, then sets the timer. */
    void handle(List<Event> fresh) {
        events.addAll(fresh);
        if (running) {
            return;
        }
        running = true;
        try {
            for (Event event = events.poll(); event != null; event = events.poll()) {
                step(event);
            }
        } finally {
            running = false;
        }
        arm();
    }

    /** A failure in here is our own bug; it costs the one event or effect, never the loop. */
    private void step(Event event) {
        Instant now = clock.instant();
        List<Effect> effects = List.of();
        try {
            effects = core.on(event, now);
        } catch (RuntimeException bug) {
            failed(event, bug);
        }
        for (Effect effect : effects) {
            try (LogContext _ = LogContext.of(effect)) {
                listener.on(effect, now);
                perform(effect, now);
            } catch (RuntimeException bug) {
                failed(effect, bug);
            }
        }
    }

    private static void failed(Object step, RuntimeException bug) {
        LOG.error("handling {} failed", step.getClass().getSimpleName(), bug);
    }

    private void perform(Effect effect, Instant now) {
        switch (effect) {
            case Effect.SendDatagram send -> network.send(send);
            case Effect.SendKeepalive send -> network.send(send);
            case Effect.RunCrypto run -> events.add(
                    new Event.CryptoDone(run.ikeSa(), run.ticket(), CryptoResult.of(run.task(), crypto)));
            case Effect.Note _, Effect.Dropped _, Effect.Retransmitted _, Effect.HandshakeDone _, Effect.Answered _,
                 Effect.Exchanged _, Effect.Alerted _ -> {
            }
            case Effect.Kernel _, Effect.Report _ ->
                    events.addAll(kernel.on(effect, now));
        }
    }

    private void arm() {
        Instant next = Stream.of(core.nextTimeout(), kernel.nextTimeout()).flatMap(Optional::stream)
                .min(Comparator.naturalOrder()).orElse(Instant.MAX);
        if (next.equals(timerAt)) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerAt = next;
        timer = next.equals(Instant.MAX) ? null : loop.schedule(this::onTime,
                Math.max(SHORTEST_WAIT, Duration.between(clock.instant(), next).toMillis() + 1), TimeUnit.MILLISECONDS);
    }

    private void onTime() {
        timerAt = Instant.MAX;
        timer = null;
        events.addAll(hear("its timer", () -> kernel.onTime(clock.instant())));
        handle(new Event.TimeReached());
    }

    /** Milliseconds. What is due again as soon as it was handled must not keep the loop from everything else. */
    private static final long SHORTEST_WAIT = 5;

    private static final Logger LOG = LoggerFactory.getLogger("DMN");
}
