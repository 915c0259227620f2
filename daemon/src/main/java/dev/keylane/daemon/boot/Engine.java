package dev.keylane.daemon.boot;

import dev.keylane.daemon.control.ControlEvent;
import dev.keylane.daemon.kernel.JdkHostNetwork;
import dev.keylane.daemon.kernel.KernelJournal;
import dev.keylane.daemon.kernel.KernelSettings;
import dev.keylane.daemon.kernel.KernelSide;
import dev.keylane.daemon.kernel.XfrmKernelSide;
import dev.keylane.daemon.logging.DecryptionTable;
import dev.keylane.daemon.logging.LogTap;
import dev.keylane.daemon.net.BindFailure;
import dev.keylane.daemon.shard.EffectListener;
import dev.keylane.daemon.shard.Shard;
import dev.keylane.daemon.shard.ShardControl;
import dev.keylane.daemon.shard.ShardReports;
import dev.keylane.daemon.steering.SaSteering;
import dev.keylane.daemon.traffic.SaTotals;
import dev.keylane.daemon.traffic.TalliedKernel;
import dev.keylane.daemon.updown.ScriptRunner;
import dev.keylane.daemon.updown.UpdownScripts;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.ike.endpoint.IkeEndpoint;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.xfrm.software.SoftwareXfrm;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One shard with everything it owns. Built and used on its event loop. */
final class Engine implements AutoCloseable {
    private final Traffic traffic;
    private final Surroundings surroundings;
    private final KernelSide kernelSide;
    private final ShardControl control;
    private final ScriptRunner scripts;
    private final DecryptionTable keys;
    private final LogTap tap;

    private Engine(Traffic traffic, Surroundings surroundings, KernelSide kernelSide, ShardControl control,
                   ScriptRunner scripts, DecryptionTable keys, LogTap tap) {
        this.traffic = traffic;
        this.surroundings = surroundings;
        this.kernelSide = kernelSide;
        this.control = control;
        this.scripts = scripts;
        this.keys = keys;
        this.tap = tap;
    }

    static Engine build(DaemonOptions options, KernelPlace place, TalliedKernel kernel, Traffic traffic, EventLoop loop)
            throws IOException {
        JcaCrypto crypto = new JcaCrypto();
        CpuChoice cpus = new CpuChoice(place, new JdkHostNetwork());
        Surroundings surroundings = new Surroundings(traffic.sockets(), options.listen(), cpus, place);
        IkeEndpoint core = new IkeEndpoint(options.settings(), crypto, new SecureRandomSource(), cpus,
                place.steering().<SpiChoice>map(steering -> steering).orElse(SpiChoice.ANY));
        XfrmKernelSide side = XfrmKernelSide.open(kernel, place.earlyArrivals(options.settings().natPort()),
                place.sendingCpus(), kernelSettings(options, place, cpus), new JdkHostNetwork(), new SecureRandom(),
                core::nextChildId);
        cpus.divide(side::lanes);
        core.limits(side.limits());
        try {
            return start(options, place, kernel, traffic, loop, surroundings, core, crypto, side);
        } catch (RuntimeException failed) {
            side.close();
            traffic.sockets().close();
            throw failed;
        }
    }

    private static Engine start(DaemonOptions options, KernelPlace place, TalliedKernel kernel, Traffic traffic,
                                EventLoop loop, Surroundings surroundings, IkeEndpoint core, JcaCrypto crypto,
                                KernelSide side) {
        SteadyClock clock = new SteadyClock();
        if (side.recover(clock.instant())) {
            rehearse(crypto, side, clock);
        }
        surroundings.keep(core::localAddresses);
        surroundings.use(PolicyBook.EMPTY);
        ShardReports reports = new ShardReports(side);
        ScriptRunner scripts = new ScriptRunner((sa, connection, text) -> later(loop, () ->
                reports.on(new Effect.Note(Effect.Group.CHD, 1, sa, connection, "%s", List.of(text)), clock.instant())));
        DecryptionTable keys = new DecryptionTable();
        keys.use(options.keyTable());
        EffectListener listener = listener(place.steering(), kernel.totals(), side, reports);
        UpdownScripts updown = new UpdownScripts(scripts, side::reqid, new JdkHostNetwork()::deviceOf);
        Shard shard = new Shard(loop, core, side, crypto, traffic, clock, (effect, now) -> {
            keys.on(effect);
            listener.on(effect, now);
            updown.on(effect);
        });
        traffic.connect(shard, kernel.counted() instanceof SoftwareXfrm software ? software : null);
        kernel.listen(event -> loop.execute(() -> shard.onKernelEvent(event)));
        surroundings.watchLinks(loop, shard);
        side.listenToDevices(answer -> loop.execute(() -> shard.onDevice(answer)));
        side.listen((sa, cpu) -> loop.execute(() -> shard.onCpuSends(sa, cpu)));
        loop.scheduleWithFixedDelay(() -> surroundings.look(shard), LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
        ShardControl control = new ShardControl(shard, reports, options.settings(), new JdkHostNetwork(), kernel.name(),
                surroundings::use, control(place));
        surroundings.watchNames(control);
        control.expectSockets(() -> unbound(traffic));
        return new Engine(traffic, surroundings, side, control, scripts, keys, tap(loop, reports));
    }

    /** Lines of groups that have no name in the core, such as those of tests, are nobody's business. */
    private static LogTap tap(EventLoop loop, ShardReports reports) {
        return LogTap.open((group, level, ikeSa, connection, text, at) -> Arrays.stream(Effect.Group.values())
                .filter(known -> known.name().equals(group)).findFirst().ifPresent(known -> later(loop, () ->
                        reports.onLine(new ControlEvent.LogLine(known, level, ikeSa, connection, text, at)))));
    }

    private static void later(EventLoop loop, Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException stopping) {
            LOG.debug("a line came too late");
        }
    }

    /** A daemon that starts must not fail by what makes it quicker. */
    private static void rehearse(JcaCrypto crypto, KernelSide side, SteadyClock clock) {
        Instant begun = clock.instant();
        try {
            boolean done = Rehearsal.run(crypto, new SecureRandomSource(), effect -> side.on(effect, begun));
            LOG.debug("a handshake was {} in {}", done ? "rehearsed" : "tried in vain",
                    Duration.between(begun, clock.instant()));
        } catch (RuntimeException bug) {
            LOG.error("a handshake could not be rehearsed", bug);
        }
    }

    /** Steering hears of a child before the kernel side does. */
    private static EffectListener listener(Optional<SaSteering> steering, SaTotals totals, KernelSide side,
                                           ShardReports reports) {
        return (effect, now) -> {
            steering.ifPresent(one -> one.on(effect));
            totals.on(effect, side::isLane);
            reports.on(effect, now);
        };
    }

    private static List<String> unbound(Traffic traffic) {
        return traffic.sockets().failures().entrySet().stream()
                .map(failure -> "cannot listen on " + failure.getKey() + ": " + failure.getValue().text()).toList();
    }

    private static ShardControl.Steering control(KernelPlace place) {
        return place.steering().map(one -> new ShardControl.Steering(one::snapshot, one::counts))
                .orElseGet(() -> ShardControl.Steering.none(place.reasonAgainstSteering().orElse("")));
    }

    private static KernelSettings kernelSettings(DaemonOptions options, KernelPlace place, CpuChoice cpus)
            throws IOException {
        @Nullable Path journal = place.isLinux() ? options.control().map(KernelJournal::beside).orElse(null) : null;
        return new KernelSettings(options.settings(), cpus, place.acquireExpires(), journal,
                Files.readString(BOOT_ID).strip());
    }

    ShardControl control() {
        return control;
    }

    /** Listens on what this configuration will need, too; on the event loop. */
    void expect(PolicyBook next) {
        surroundings.expect(next);
    }

    DecryptionTable keys() {
        return keys;
    }

    /** To be closed while the event loop still runs, and not on it. */
    ScriptRunner scripts() {
        return scripts;
    }

    /** Addresses that could not be listened on. */
    Map<IpEndpoint, BindFailure> bindFailures() {
        return traffic.sockets().failures();
    }

    @Override
    public void close() {
        tap.close();
        surroundings.close();
        kernelSide.close();
        traffic.sockets().close();
    }

    private static final Logger LOG = LoggerFactory.getLogger("DMN");
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int LOOK_SECONDS = 2;
}
