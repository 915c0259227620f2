package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.Activity;
import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.Happening;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.kernel.ChildCounters;
import dev.keylane.daemon.kernel.KernelSide;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.sa.Alert;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What the shard tells the outside: log lines, totals, events for subscribers, ends of requests. */
public final class ShardReports implements EffectListener {
    private final KernelSide kernel;
    private final LogLines log = new LogLines();
    private final Counting counting = new Counting();
    private final Lives lives = new Lives();
    private final Happenings happenings = new Happenings();
    private final Subscribers subscribers = new Subscribers();
    private final Requests requests = new Requests();
    private final ConnectionCounters counters = new ConnectionCounters();
    private final StrangersAlerts strangers = new StrangersAlerts();
    private final Set<Long> replaced = new HashSet<>();
    /** The latest child that was taken out of the kernel, and what it had counted there. */
    private long departed;
    private @Nullable ChildCounters lastCounters;

    public ShardReports(KernelSide kernel) {
        this.kernel = kernel;
    }

    Requests requests() {
        return requests;
    }

    Subscribers subscribers() {
        return subscribers;
    }

    ConnectionCounters counters() {
        return counters;
    }

    DaemonStats.Counts totals() {
        return counting.totals();
    }

    Activity activity() {
        return lives.totals();
    }

    List<Happening> recent() {
        return happenings.latest();
    }

    /** The files were read again, or could not be. */
    void reloaded(Outcome outcome, Instant now) {
        happenings.reloaded(outcome, now);
    }

    /** What was logged past the core. */
    public void onLine(ControlEvent.LogLine line) {
        publish(() -> line);
    }

    @Override
    public void on(Effect effect, Instant now) {
        counting.on(effect);
        lives.on(effect);
        happenings.on(effect, now);
        counters.on(effect);
        switch (effect) {
            case Effect.Note note -> {
                if (log.on(note, now) && !subscribers.isEmpty()) {
                    subscribers.publish(new ControlEvent.LogLine(note.group(), note.level(), note.ikeSa(),
                            note.connection(), note.message(), now));
                }
            }
            case Effect.RequestDone done -> requests.on(done);
            case Effect.IkeUp up -> ike(up.sa(), true);
            case Effect.IkeDown down -> ike(down.sa(), false);
            case Effect.ChildUp(IkeSaView sa, ChildSaView child, ChildSaView old) when old != null -> rekeyed(sa, child, old);
            case Effect.ChildUp up -> child(up.sa(), up.child(), true);
            case Effect.ChildDown down when replaced.remove(down.child().sa().id()) -> {
            }
            case Effect.ChildDown down -> child(down.sa(), down.child(), false);
            case Effect.RemoveChild(ChildSa child) -> departing(child);
            case Effect.IkeMoved(IkeSaView sa, Path path) -> publish(() -> new ControlEvent.IkeMoved(alone(sa), path));
            case Effect.Alerted(Alert alert, IkeSaView sa) -> {
                if (strangers.mayRaise(alert, sa, now)) {
                    publish(() -> new ControlEvent.Alerted(alert, sa == null ? null : alone(sa)));
                }
            }
            case Effect.Dropped drop -> strangers.on(drop.reason(), now)
                    .ifPresent(alert -> publish(() -> new ControlEvent.Alerted(alert, null)));
            case Effect.IkeRekeyed(IkeSaView old, IkeSaView fresh) -> rekeyed(old, fresh);
            case Effect.Network _, Effect.RunCrypto _, Effect.Kernel _, Effect.Report _ -> {
            }
        }
    }

    private void publish(Supplier<ControlEvent> event) {
        if (!subscribers.isEmpty()) {
            subscribers.publish(event.get());
        }
    }

    private static IkeSnapshot alone(IkeSaView sa) {
        return new IkeSnapshot(sa, List.of());
    }

    private void ike(IkeSaView sa, boolean up) {
        publish(() -> new ControlEvent.IkeUpDown(alone(sa), up));
    }

    private void rekeyed(IkeSaView old, IkeSaView fresh) {
        publish(() -> new ControlEvent.IkeRekeyed(alone(old), alone(fresh)));
    }

    /** A child that is replaced does not go: its other half has come instead. */
    private void rekeyed(IkeSaView sa, ChildSaView child, ChildSaView old) {
        replaced.add(old.sa().id());
        publish(() -> new ControlEvent.ChildRekeyed(alone(sa), Snapshots.of(old, kernel), Snapshots.of(child, kernel)));
    }

    /** Hears of it before the kernel does: the {@link Effect.ChildDown} that follows tells what it has carried. */
    private void departing(ChildSa child) {
        departed = child.id();
        lastCounters = subscribers.isEmpty() ? null : kernel.counters(List.of(child.id())).get(child.id());
    }

    private void child(IkeSaView sa, ChildSaView child, boolean up) {
        publish(() -> {
            ChildSnapshot snapshot = child.sa().id() == departed ? ChildSnapshot.of(child, lastCounters)
                    : Snapshots.of(child, kernel);
            return new ControlEvent.ChildUpDown(new IkeSnapshot(sa, List.of(snapshot)), snapshot, up);
        });
    }
}
