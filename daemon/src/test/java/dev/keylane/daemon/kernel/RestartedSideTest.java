package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a killed daemon has left carries packets until the next one has SAs of its own. */
class RestartedSideTest {
    private static final ChildConfig NET = Samples.perCpu();
    private static final ChildConfig NUMBERED = Samples.tunnel(ChildConfig.PerCpu.YES, Samples.numbered(77));

    @TempDir
    private Path directory;
    private final RecordingKernel kernel = new RecordingKernel();
    private Instant now = Instant.EPOCH.plusSeconds(1_000);
    private int runs;
    private KernelSide side;

    @Test
    void oldSasStayUntilNewOnesStandAndPacketsUnderWayHaveArrived() throws IOException {
        crash(NET);
        side.use(Samples.book(NET));
        side.settle();
        assertThat(kernel.take()).isEmpty();

        up(20, NET, Resource.FALLBACK);
        assertThat(kernel.take()).as("no moment without a policy").noneMatch(XfrmRequest.DelPolicy.class::isInstance)
                .noneMatch(XfrmRequest.NewPolicy.class::isInstance);
        assertThat(reqid(Direction.OUT)).as("what is sent has new SAs at once").isEqualTo(2);
        assertThat(reqid(Direction.IN)).as("what comes may have either").isZero();
        assertThat(reqid(Direction.FWD)).isZero();
        up(21, NET, Resource.cpu(1));
        assertThat(reqid(Direction.IN)).isZero();
        assertThat(kernel.sas.keySet()).contains(out(2), out(3), in(2), in(3), out(20), in(20), out(21), in(21));

        silence();
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(out(20), in(20), out(21), in(21));
        assertThat(List.of(reqid(Direction.OUT), reqid(Direction.IN), reqid(Direction.FWD))).containsOnly(2);
        assertThat(kernel.take()).noneMatch(XfrmRequest.DelPolicy.class::isInstance);
    }

    /** It has not been told, as nobody knows its identity before: INITIAL_CONTACT is not for those. */
    @Test
    void aPeerThatGoesOnWithOldSasIsHeard() throws IOException {
        crash(NET);
        side.use(Samples.book(NET));
        up(20, NET, Resource.FALLBACK);
        later(Departures.GRACE.minus(Legacies.SILENCE));
        kernel.carried.put(in(3), 4L);
        later(Legacies.SILENCE);
        kernel.carried.put(in(3), 5L);
        later(Legacies.AGAIN);
        assertThat(kernel.sas).hasSize(6);
        assertThat(reqid(Direction.IN)).isZero();
        assertThat(side.nextTimeout()).contains(now.plus(Legacies.AGAIN));
        later(Legacies.AGAIN);
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(out(20), in(20));
        assertThat(reqid(Direction.IN)).isEqualTo(2);
    }

    @Test
    void theirChildIsInitiatedAtOnceAndAgainWhenThatFails() throws IOException {
        crash(NET);
        side.use(Samples.book(NET));
        assertThat(side.nextTimeout()).hasValueSatisfying(at -> assertThat(at).isBefore(now));
        Event.Initiate first = initiation();
        assertThat(first.connection()).isEqualTo("west");
        assertThat(first.child()).isEqualTo("net");
        assertThat(first.path()).isEqualTo(new dev.keylane.ike.child.Path(new IpEndpoint(Samples.LEFT, 500),
                new IpEndpoint(Samples.RIGHT, 500)));
        assertThat(side.onTime(now.plusSeconds(50))).as("under way").isEmpty();

        side.on(new Effect.RequestDone(first.request(), "peer not responding"), now);
        assertThat(side.onTime(now)).isEmpty();
        later(Duration.ofSeconds(5), initiation -> assertThat(initiation).hasSize(1));
        assertThat(kernel.sas).hasSize(4);
    }

    @Test
    void nobodyInitiatesWhatStartsByItselfOrWhosePeerHasToCome() throws IOException {
        crash(NET);
        ChildConfig starting = with(new ChildActions(false, true, ChildActions.OnLoss.CLEAR, ChildActions.OnLoss.CLEAR, ""));
        side.use(Samples.book(starting));
        assertThat(side.onTime(now)).isEmpty();
        Connection any = Samples.connection(NET);
        side.use(new PolicyBook(List.of(new Connection(any.name(), new Endpoints(any.endpoints().local(),
                List.of(AddressPattern.ANY), 0, 0), any.proposals(), any.local(), any.remote(), any.options(),
                any.children())), List.of()));
        assertThat(side.onTime(now)).isEmpty();
        assertThat(kernel.sas).hasSize(4);
    }

    @Test
    void whatIsNotConfiguredAnyMoreGoes() throws IOException {
        crash(NET);
        side.use(Samples.book(NET));
        side.settle();
        assertThat(kernel.sas).hasSize(4);
        assertThat(side.orphans()).isEmpty();
        side.use(PolicyBook.EMPTY);
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
        assertThat(side.orphans()).isEqualTo(Map.of("", 4L));
    }

    @Test
    void aConfigurationOverTheControlSocketIsWaitedForAMinute() throws IOException {
        crash(NET);
        later(Duration.ofSeconds(59));
        assertThat(kernel.sas).hasSize(4);
        later(Duration.ofSeconds(1));
        assertThat(kernel.sas).isEmpty();
    }

    /** Such as one whose port is in use: packets go on, and the next start finds all. */
    @Test
    void aStartThatFailsLeavesThem() throws IOException {
        crash(NET);
        Map<SaId, SaSpec> sas = Map.copyOf(kernel.sas);
        Map<PolicyId, PolicySpec> policies = Map.copyOf(kernel.policies);
        side.use(Samples.book(NET));
        side.installTrap(Samples.connection(), NET);
        up(20, NET, Resource.FALLBACK);
        side.close();
        assertThat(kernel.sas).isEqualTo(sas);
        assertThat(kernel.policies).isEqualTo(policies);
        side = afterCrash();
        side.started();
        side.close();
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void anOperatorTerminatesThem() throws IOException {
        crash(NET);
        side.use(Samples.book(NET));
        side.renounce("west", "other");
        assertThat(kernel.sas).hasSize(4);
        side.renounce("west", "net");
        assertThat(kernel.sas).isEmpty();
        assertThat(side.nextTimeout()).isEmpty();
    }

    @Test
    void withoutNewOnesTheyLiveAnHour() throws IOException {
        crash(NET);
        side.use(Samples.book(NET));
        side.settle();
        later(Duration.ofMinutes(59), _ -> { });
        assertThat(kernel.sas).hasSize(4);
        later(Duration.ofMinutes(1));
        assertThat(kernel.sas).isEmpty();
    }

    @Test
    void withTheirLastSaTheirPoliciesGo() throws IOException {
        crash(NET);
        side.use(Samples.book(NET));
        side.settle();
        for (SaId id : List.copyOf(kernel.sas.keySet())) {
            assertThat(kernel.policies).hasSize(3);
            kernel.sas.remove(id);
            side.onKernelEvent(new XfrmEvent.Expire(id, 1, -1, true), now);
            assertThat(Files.readString(journal())).as("the journal forgets it")
                    .contains("-sa " + id.destination() + " " + Integer.toHexString(id.spi()) + " ");
        }
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void aCpusOldSaWithAConfiguredNumberDoesNotKeepItsPackets() throws IOException {
        crash(NUMBERED);
        side.use(Samples.book(NUMBERED));
        up(20, NUMBERED, Resource.FALLBACK);
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(out(2), in(2), in(3), out(20), in(20));
        assertThat(reqid(Direction.IN)).isEqualTo(77);
        silence();
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(out(20), in(20));
    }

    @Test
    void aTrapTakesTheOldOnesPlaceOnlyWhereThereAreNoSas() throws IOException {
        side = open();
        side.installTrap(Samples.connection(), NET);
        side = afterCrash();
        side.use(Samples.book(NET));
        side.installTrap(Samples.connection(), NET);
        assertThat(kernel.take()).as("the old one traps as well").isEmpty();
        PolicyId out = policy(Direction.OUT).id();
        assertThat(side.onKernelEvent(new XfrmEvent.Acquire(out, 1, Samples.LEFT, Samples.RIGHT, out.selector(), 1, -1, 5), now))
                .hasSize(1);
        side.settle();
        assertThat(kernel.take()).hasSize(3).allMatch(XfrmRequest.UpdPolicy.class::isInstance);
        assertThat(reqid(Direction.OUT)).isEqualTo(2);
    }

    @Test
    void aTrapStandsBehindOldSas() throws IOException {
        crash(NET);
        side.use(Samples.book(NET));
        side.installTrap(Samples.connection(), NET);
        side.settle();
        assertThat(kernel.take()).isEmpty();
        side.renounce("west", null);
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).hasSize(3);
    }

    @Test
    void aShuntIsTakenOver() throws IOException {
        ChildConfig drop = new ChildConfig("keep-out", ChildConfig.Mode.DROP, List.of(), NET.localTs(), NET.remoteTs(),
                ChildActions.NONE, NET.lifetime(), ChildConfig.PerCpu.NO, KernelOptions.DEFAULT);
        side = open();
        side.installTrap(Samples.connection(drop), drop);
        int policies = kernel.policies.size();
        side = afterCrash();
        side.use(Samples.book(drop));
        side.installTrap(Samples.connection(drop), drop);
        side.settle();
        assertThat(kernel.policies).hasSize(policies);
        assertThat(kernel.take()).noneMatch(XfrmRequest.DelPolicy.class::isInstance);
        assertThat(side.uninstallTrap("west", "keep-out")).isTrue();
        assertThat(kernel.policies).isEmpty();
    }

    /** What lets a tunnel's packets pass on their way out has no number; a shunt for some of them has none either. */
    @Test
    void aTunnelsPoliciesWithoutNumberDoNotGoWithAShunt() throws IOException {
        KernelOptions d = KernelOptions.DEFAULT;
        ChildConfig tunnel = Samples.tunnel(ChildConfig.PerCpu.NO, new KernelOptions(d.policies(), true, d.reqid(),
                d.priority(), d.replayWindow(), d.offload(), d.device(), d.marks(), d.copyDf(), d.copyEcn(), d.copyDscp(),
                d.icmp(), d.tfcPadding()));
        ChildConfig pass = new ChildConfig("some", ChildConfig.Mode.PASS, List.of(),
                List.of(TsPattern.of(TrafficSelector.subnet(IpAddress.of("10.1.0.0"), 24))),
                List.of(TsPattern.of(TrafficSelector.subnet(IpAddress.of("10.2.0.0"), 24))), ChildActions.NONE,
                NET.lifetime(), ChildConfig.PerCpu.NO, KernelOptions.DEFAULT);
        side = open();
        side.installTrap(Samples.connection(pass), pass);
        up(2, tunnel, Resource.NONE);
        long passing = unnumbered();
        assertThat(passing).isPositive();
        side = afterCrash();
        side.use(Samples.book(tunnel));
        side.settle();
        assertThat(kernel.policies.values()).as("the shunt is configured no more")
                .noneMatch(policy -> policy.templates().isEmpty());
        assertThat(unnumbered()).isEqualTo(passing);
        side.renounce("west", null);
        assertThat(kernel.policies).isEmpty();
    }

    private long unnumbered() {
        return kernel.policies.values().stream().filter(policy -> !policy.templates().isEmpty() && policy.reqid() == 0)
                .count();
    }

    @Test
    void theNextKillLeavesWhatItInherited() throws IOException {
        crash(NET);
        side.use(Samples.book(NET));
        up(20, NET, Resource.FALLBACK);
        side = afterCrash();
        side.use(Samples.book(NET));
        assertThat(kernel.sas).hasSize(6);
        up(30, NET, Resource.FALLBACK);
        silence();
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(out(30), in(30));
        assertThat(reqid(Direction.IN)).isEqualTo(3);
        side.close();
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
    }

    /** A fallback and an SA of CPU 1, in a daemon that is killed and started again. */
    private void crash(ChildConfig config) throws IOException {
        side = open();
        side.use(Samples.book(config));
        up(2, config, Resource.FALLBACK);
        up(3, config, Resource.cpu(1));
        side = afterCrash();
    }

    private void up(long id, ChildConfig config, Resource resource) {
        ChildSa child = Samples.child(id, config, resource, 0);
        ChildLife.up(side, child, now);
    }

    private Event.Initiate initiation() {
        List<Event> events = side.onTime(now);
        assertThat(events).hasSize(1);
        return (Event.Initiate) events.getFirst();
    }

    /** Until what has been replaced goes, when nothing comes by it. */
    private void silence() {
        later(Departures.GRACE.minus(Legacies.SILENCE));
        later(Legacies.SILENCE);
    }

    private void later(Duration time) {
        later(time, events -> assertThat(events).isEmpty());
    }

    private void later(Duration time, Consumer<List<Event>> judge) {
        now = now.plus(time);
        judge.accept(side.onTime(now));
    }

    private PolicySpec policy(Direction direction) {
        return kernel.policies.values().stream().filter(policy -> policy.id().direction() == direction).findFirst()
                .orElseThrow();
    }

    private int reqid(Direction direction) {
        return policy(direction).reqid();
    }

    private static SaId out(long child) {
        return SaId.esp(Samples.RIGHT, (int) (0xd0000000L + child));
    }

    private static SaId in(long child) {
        return SaId.esp(Samples.LEFT, (int) (0xc0000000L + child));
    }

    private static ChildConfig with(ChildActions actions) {
        return new ChildConfig(NET.name(), NET.mode(), NET.proposals(), NET.localTs(), NET.remoteTs(), actions,
                NET.lifetime(), NET.perCpu(), NET.kernel(), NET.perCpuOptions());
    }

    private Path journal() {
        return directory.resolve("owned-" + runs);
    }

    private KernelSide afterCrash() throws IOException {
        Path before = journal();
        runs++;
        Files.copy(before, journal());
        KernelSide next = open();
        assertThat(next.recover(now)).as("SAs wait").isEqualTo(!kernel.sas.isEmpty());
        kernel.take();
        return next;
    }

    private KernelSide open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), journal(), "b");
        return XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"), settings,
                Samples.NETWORK, new Random(3), () -> 100 + runs);
    }
}
