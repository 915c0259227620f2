package dev.keylane.daemon.kernel;

import dev.keylane.daemon.offload.OffloadCounts;
import dev.keylane.daemon.offload.OffloadReport;
import dev.keylane.daemon.offload.Probing;
import dev.keylane.daemon.traffic.KernelOverview;
import dev.keylane.ike.child.ChildLimits;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The kernel side over an {@link XfrmKernel}, which stays its owner's to close. */
public final class XfrmKernelSide implements KernelSide {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    private final XfrmKernel kernel;
    private final OwnedState owned;
    private final KernelWriter writer;
    private final PolicyLedger ledger = new PolicyLedger();
    private final Reqids reqids = new Reqids();
    private final OffloadReport offloads = new OffloadReport();
    private final Divisions divisions;
    private final ChildInstaller children;
    private final IdleCounters idle;
    private final OffloadDevices devices;
    private final Traps traps;
    private final Acquires acquires;
    private final LostChildren lost;
    private final LostKeys lostKeys;
    private final Audit audit;
    private final Legacies legacies;
    private final Departures departures;
    private final EarlyArrivals early;
    private final FirstPackets first;
    private final FallbackWatch watch;
    private final Ages ages;
    private final Optional<WithoutEffect> withoutEffect;

    private XfrmKernelSide(XfrmKernel kernel, EarlyArrivals early, SendingCpus sending, KernelSettings settings,
                           OwnedState owned, HostNetwork network, RandomGenerator random, LongSupplier childIds,
                           Probing probing) {
        this.kernel = kernel;
        this.early = early;
        this.owned = owned;
        this.writer = new KernelWriter(kernel, owned, new HardwareBypass(network,
                List.of(settings.endpoint().port(), settings.endpoint().natPort())));
        this.devices = OffloadDevices.of(network, probing, offloads::probed);
        OffloadLadder ladder = new OffloadLadder(network, devices.abilities()::isTrusted);
        boolean perCpu = kernel.capabilities().perCpu();
        this.divisions = new Divisions(network, reqids);
        KernelParts parts = new KernelParts(writer, ledger, reqids, ladder, divisions, new Egress(network),
                kernel.capabilities());
        this.children = new ChildInstaller(parts, new ChildPlacement(parts, offloads, random),
                new SecondHalves(parts, offloads));
        this.traps = new Traps(writer, ledger, reqids, ladder, network, childIds);
        this.watch = new FallbackWatch(sending);
        this.acquires = new Acquires(settings, perCpu, new PolicyFlags(writer, ledger), watch);
        this.withoutEffect = Optional.of(new WithoutEffect(LOG::warn)).filter(_ -> kernel.name().equals("software"));
        this.lost = new LostChildren(settings.endpoint(), devices, network, traps);
        Flushed flushed = new Flushed(writer, ledger, children);
        this.lostKeys = new LostKeys(children, flushed, offloads, new LinkTable(network), new LostTraps(traps),
                new LinkPeers(network));
        this.idle = new IdleCounters(writer, children, offloads, devices.abilities(), network, lostKeys::forgotten);
        this.audit = new Audit(kernel, children, lostKeys, flushed);
        this.legacies = new Legacies(writer, ledger, new Resumptions(settings.endpoint(), network));
        this.departures = new Departures(children);
        this.ages = new Ages(children, writer, legacies);
        this.first = new FirstPackets(writer, children);
    }

    /**
     * @param childIds the core's sequence that traps are counted by too
     * @throws IOException when the journal cannot be used or belongs to a running daemon
     */
    public static XfrmKernelSide open(XfrmKernel kernel, EarlyArrivals early, SendingCpus sending,
                                      KernelSettings settings, HostNetwork network, RandomGenerator random,
                                      LongSupplier childIds) throws IOException {
        OwnedState owned = settings.journal() == null
                ? OwnedState.inMemory() : OwnedState.open(settings.journal(), settings.boot());
        if (settings.journal() != null) {
            FormerJournal.takeOver(settings.journal(), settings.boot(), kernel, owned);
        }
        return new XfrmKernelSide(kernel, early, sending, settings, owned, network, random, childIds,
                Tryouts.of(kernel, settings, random));
    }

    @Override
    public boolean recover(Instant now) {
        legacies.adopt(Leftovers.take(kernel, owned, writer), now);
        reqids.avoid(legacies.reqids());
        return !legacies.wanted().isEmpty();
    }

    @Override
    public void settle() {
        legacies.settle();
    }

    @Override
    public void started() {
        legacies.started();
    }

    @Override
    public void renounce(String connection, @Nullable String child) {
        legacies.renounce(connection, child);
    }

    @Override
    public void use(PolicyBook book) {
        withoutEffect.ifPresentOrElse(notes -> notes.use(book), () -> devices.use(book));
        reqids.reserve(book);
        acquires.use(book);
        lost.use(book);
        lostKeys.use(book);
        legacies.use(book);
    }

    @Override
    public List<Event> on(Effect effect, Instant now) {
        return switch (effect) {
            case Effect.ChildOffered offered -> silently(() -> early.expect(offered.spiIn()));
            case Effect.OfferWithdrawn withdrawn -> silently(() -> early.release(withdrawn.spiIn()));
            case Effect.PeerForgot(var gone) -> silently(() -> departures.announce(gone));
            case Effect.InstallChild install -> install(install, now);
            case Effect.CompleteChild complete -> complete(complete.child(), now);
            case Effect.StopSending old -> silently(() -> children.stopSending(old.child().id()));
            case Effect.MoveChildren move -> move(move.children(), now);
            case Effect.RemoveChild remove -> remove(remove.child().id(), now);
            case Effect.ChildUp up -> children.find(up.child().sa().id())
                    .map(child -> acquires.childUp(PlanKey.of(up.child().sa()), child,
                            children.isHalf(child.child().id()), up.sa().initiator(), now)).orElse(List.of());
            case Effect.ChildDown down -> acquires.childDown(down.child().sa().id(), down.child().sa().resource(), now);
            case Effect.ChildFailed failed -> {
                offloads.failed(lost.foreseen(failed));
                yield acquires.childFailed(failed, now);
            }
            case Effect.RequestDone done -> {
                legacies.requestDone(done, now);
                yield acquires.requestDone(done, now);
            }
            case Effect.Reinitiate wanted -> lost.initiate(wanted, now);
            case Effect.InstallTrap trap -> silently(() -> lost.trap(trap));
            case Effect.Network _, Effect.RunCrypto _, Effect.Report _ -> List.of();
        };
    }

    @Override
    public List<Event> onKernelEvent(XfrmEvent event, Instant now) {
        return switch (event) {
            case XfrmEvent.Acquire acquire -> new AcquireOwners(ledger, children, traps).of(acquire)
                    .map(it -> lostKeys.instead(acquire, it, now).orElseGet(() -> acquires.acquire(acquire, it, now)))
                    .orElseGet(() -> unknown(acquire));
            case XfrmEvent.Expire expire when expire.id().spi() == 0 -> acquires.larvalExpired(expire, now);
            case XfrmEvent.Expire expire -> ages.expire(expire);
            case XfrmEvent.Mapping mapping -> NatMappings.changed(mapping, children);
            case XfrmEvent.Overrun _ -> overrun(now);
        };
    }

    @Override
    public List<Event> onCpus(Instant now) {
        return acquires.cpusChanged(now);
    }

    @Override
    public List<Event> onLink(LinkChange change, Instant now) {
        devices.onLink(change, now);
        return lostKeys.onLink(change, now);
    }

    @Override
    public List<Event> onCard(CardChange change, Instant now) {
        devices.onCard(change, now);
        return List.of();
    }

    @Override
    public List<Event> audit(Instant now) {
        return audit.look(now);
    }

    @Override
    public void listen(SendingCpus.Listener listener) {
        watch.listen(listener);
    }

    @Override
    public SenderWatch senders() {
        return acquires.senders();
    }

    @Override
    public List<Event> onCpuSends(SaId outbound, int cpu, Instant now) {
        return acquires.sends(outbound, cpu, now);
    }

    @Override
    public Optional<Instant> nextTimeout() {
        return Stream.of(acquires.nextTimeout(), lostKeys.nextTimeout(), departures.next(), legacies.next(),
                        idle.nextTimeout(), devices.nextTimeout(), first.next())
                .flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    @Override
    public List<Event> onTime(Instant now) {
        departures.onTime(now);
        List<Event> known = devices.onTime(now);
        List<Event> ready = Stream.concat(first.heard(now).stream().map(InstalledChild::child),
                departures.due(now).stream()).flatMap(child -> complete(child, now).stream()).toList();
        return Stream.of(known, ready, idle.onTime(now), legacies.onTime(now), lostKeys.onTime(now), acquires.onTime(now))
                .flatMap(List::stream).toList();
    }

    @Override
    public Optional<String> installTrap(Connection connection, ChildConfig child) {
        return traps.install(connection, child);
    }

    @Override
    public boolean uninstallTrap(String connection, String child) {
        return traps.uninstall(connection, child);
    }

    @Override
    public List<TrapView> traps() {
        return traps.views();
    }

    @Override
    public Map<Long, ChildCounters> counters(Collection<Long> ids) {
        return SaReading.of(ids.stream().flatMap(id -> children.find(id).stream()).toList(), writer);
    }

    @Override
    public int reqid(long child) {
        return children.find(child).map(InstalledChild::reqid).orElse(0);
    }

    @Override
    public boolean isLane(long child) {
        return children.find(child).map(InstalledChild::isLane).orElse(false);
    }

    @Override
    public KernelOverview overview() {
        return new KernelOverview(children.placements(), acquires.coverage());
    }

    /** What further SAs of a configuration at a peer are for, if those there are are divided into lanes; empty otherwise. */
    public CpuSet lanes(ChildConfig config, IpAddress peer) {
        return divisions.of(config, peer).beside();
    }

    @Override
    public Map<String, Long> orphans() {
        return legacies.orphans();
    }

    @Override
    public Optional<String> reasonAgainst(Connection connection, ChildConfig child) {
        return devices.limits().reasonAgainst(connection, child);
    }

    @Override
    public boolean knowsDevicesOf(Connection connection, Instant now, Runnable later) {
        return devices.know(connection, now, later);
    }

    @Override
    public void listenToDevices(Executor answers) {
        devices.answerTo(answers);
    }

    /** What the devices here cannot hold. */
    public ChildLimits limits() {
        return devices.limits();
    }

    @Override
    public OffloadCounts offloads() {
        return offloads.counts(children.all().stream().map(InstalledChild::grant).toList());
    }

    @Override
    public void close() {
        devices.close();
        children.all().forEach(child -> children.remove(child.child().id()));
        departures.close();
        legacies.close();
        traps.views().forEach(trap -> traps.uninstall(trap.connection(), trap.child().name()));
        owned.close();
        early.close();
        watch.close();
    }

    private List<Event> complete(ChildSa child, Instant now) {
        if (!children.waits(child.id()) || lostKeys.has(child.id())) {
            return List.of();
        }
        Optional<SecondHalves.Outcome.Refused> refused = children.complete(child.id());
        if (refused.isPresent()) {
            LOG.warn("unable to complete CHILD_SA {}{{}}: {}", child.name(), child.id(), refused.get().reason());
            return Stream.concat(Stream.of(refused.get().instead(child)), children.stranded(child)).toList();
        }
        stands(child.id(), now);
        return children.find(child.id()).map(whole -> acquires.childCompleted(whole, now)).orElse(List.of());
    }

    private void stands(long child, Instant now) {
        children.find(child).ifPresent(whole -> {
            departures.makeWay(PlanKey.of(whole.child()), now);
            legacies.stands(whole, now);
        });
    }

    private List<Event> install(Effect.InstallChild effect, Instant now) {
        ChildSa child = effect.child();
        boolean inboundFirst = effect.inboundFirst() || departures.sendsLater(child, now);
        Optional<String> failure = children.install(child, effect.keys(), inboundFirst);
        failure.ifPresent(text -> LOG.warn("{}{{}}: {}", child.name(), child.id(), text));
        Optional<InstalledChild> fresh = children.find(child.id());
        fresh.ifPresent(it -> idle.on(it, now));
        fresh.ifPresent(lostKeys::installed);
        fresh.ifPresent(it -> first.on(it, now));
        early.end(child.terms().spiIn(), fresh.filter(InstalledChild::deviceKeepsWindow).isPresent());
        if (failure.isEmpty() && !inboundFirst) {
            stands(child.id(), now);
        }
        return failure.map(text -> Stream.concat(
                        Stream.of(new Event.ChildInstallFailed(child.ikeSa(), child.id(), text)), children.stranded(child)).toList())
                .orElseGet(() -> List.of(new Event.ChildInstalled(child.ikeSa(), child.id())));
    }

    /** New SAs take the place of those that cannot be moved; these still get what the peer sends. */
    private List<Event> move(List<ChildSa> moved, Instant now) {
        List<Event> events = new ArrayList<>();
        children.move(moved).forEach(child -> events.add(new Event.RekeyChild(0, child.id())));
        if (!moved.isEmpty()) {
            List<InstalledChild> installed = moved.stream().map(child -> children.find(child.id()))
                    .flatMap(Optional::stream).toList();
            events.addAll(acquires.childrenMoved(installed, moved.getFirst().path().remote().address(), now));
        }
        return events;
    }

    private static List<Event> silently(Runnable act) {
        act.run();
        return List.of();
    }

    private List<Event> remove(long child, Instant now) {
        departures.remove(child, now);
        lostKeys.forget(child);
        ages.forget(child);
        return List.of();
    }

    private static List<Event> unknown(XfrmEvent.Acquire acquire) {
        LOG.debug("trap not found, unable to acquire reqid {}", acquire.reqid());
        return List.of();
    }

    /**
     * Acquires are lost until their larval states are gone, so the plans hear of it first, even if the SAD cannot be read;
     * which SAs expired meanwhile shows in what is left.
     */
    private List<Event> overrun(Instant now) {
        LOG.warn("kernel events were lost, reading the SAD again");
        List<Event> events = new ArrayList<>(acquires.eventsLost(now));
        for (Absence absence : audit.incomplete()) {
            InstalledChild child = absence.child();
            events.addAll(child.pair().in().offload() == null ? ages.missing(child) : lostKeys.missing(List.of(absence), now));
        }
        return events;
    }
}
