package dev.keylane.daemon.shard;

import dev.keylane.daemon.control.Activity;
import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.control.DaemonStats;
import dev.keylane.daemon.control.Happening;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.kernel.KernelSide;
import dev.keylane.ike.sa.ChildSaView;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Instant;
import java.util.List;

/** What the shard tells the outside: log lines, totals, events for subscribers, ends of requests. */
public final class ShardReports implements EffectListener {
    private final KernelSide kernel;
    private final LogLines log = new LogLines();
    private final Counting counting = new Counting();
    private final Lives lives = new Lives();
    private final Happenings happenings = new Happenings();
    private final Subscribers subscribers = new Subscribers();
    private final Requests requests = new Requests();

    public ShardReports(KernelSide kernel) {
        this.kernel = kernel;
    }

    Requests requests() {
        return requests;
    }

    Subscribers subscribers() {
        return subscribers;
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

    @Override
    public void on(Effect effect, Instant now) {
        counting.on(effect);
        lives.on(effect);
        happenings.on(effect, now);
        switch (effect) {
            case Effect.Note note -> {
                log.on(note, now);
                if (!subscribers.isEmpty()) {
                    subscribers.publish(new ControlEvent.LogLine(note.group(), note.level(), note.ikeSa(),
                            note.connection(), note.message(), now));
                }
            }
            case Effect.RequestDone done -> requests.on(done);
            case Effect.IkeUp up -> ike(up.sa(), true);
            case Effect.IkeDown down -> ike(down.sa(), false);
            case Effect.ChildUp up -> child(up.sa(), up.child(), true);
            case Effect.ChildDown down -> child(down.sa(), down.child(), false);
            case Effect.IkeRekeyed(IkeSaView old, IkeSaView fresh) -> rekeyed(old, fresh);
            case Effect.Network _, Effect.RunCrypto _, Effect.Kernel _, Effect.Report _ -> {
            }
        }
    }

    private void ike(IkeSaView sa, boolean up) {
        if (!subscribers.isEmpty()) {
            subscribers.publish(new ControlEvent.IkeUpDown(new IkeSnapshot(sa, List.of()), up));
        }
    }

    private void rekeyed(IkeSaView old, IkeSaView fresh) {
        if (!subscribers.isEmpty()) {
            subscribers.publish(new ControlEvent.IkeRekeyed(new IkeSnapshot(old, List.of()),
                    new IkeSnapshot(fresh, List.of())));
        }
    }

    private void child(IkeSaView sa, ChildSaView child, boolean up) {
        if (!subscribers.isEmpty()) {
            ChildSnapshot snapshot = Snapshots.of(child, kernel);
            subscribers.publish(new ControlEvent.ChildUpDown(new IkeSnapshot(sa, List.of(snapshot)), snapshot, up));
        }
    }
}
