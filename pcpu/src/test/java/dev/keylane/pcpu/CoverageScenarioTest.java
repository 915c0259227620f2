package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans on top of two real cores, 20 ms apart and back, while every CPU sends. Times are virtual and exact. */
class CoverageScenarioTest {
    private static final Duration ROUND_TRIP = Duration.ofMillis(20);
    private static final Configs LEFT = Configs.LEFT.withPerCpuSas();
    private static final Configs RIGHT = Configs.RIGHT.withPerCpuSas();

    private Pair pair = pair(1, 64, FewestResource.twiceThe(CpuSet.first(64)), Weather.FAIR);

    /** Two round trips of IKE_SA_INIT and IKE_AUTH bring the fallback, the rest follows in one for each window. */
    @ParameterizedTest
    @CsvSource({"demand,4,3", "demand,64,3", "demand,256,6", "eager,4,3", "eager,64,3", "eager,256,6", "hybrid,64,3"})
    void aWindowFullOfRequestsAtATime(String mode, int cpus, int roundTrips) {
        pair = pair(1, 64, FewestResource.twiceThe(CpuSet.first(cpus)), Weather.FAIR);
        PlannedHost left = left(cpus, mode, true);
        assertThat(coverage(left, cpus)).isEqualTo(ROUND_TRIP.multipliedBy(roundTrips));
        assertThat(left.requests).isEqualTo(1 + cpus);
    }

    /** Three with the window that keylane announces, 64; a smaller one of eight is enough. */
    @ParameterizedTest
    @CsvSource({"64,demand", "64,eager", "64,hybrid", "8,demand", "8,eager", "8,hybrid"})
    void sixtyFourCpusTakeTenRoundTripsAtTheMost(int window, String mode) {
        pair = pair(5, window, FewestResource.twiceThe(CpuSet.first(64)), Weather.FAIR);
        assertThat(coverage(left(64, mode, true), 64)).isLessThanOrEqualTo(ROUND_TRIP.multipliedBy(10));
    }

    @Test
    void withoutAWindowTheMostCpusNeedNoIdleTimeEither() {
        pair = pair(6, 1, FewestResource.twiceThe(CpuSet.first(256)), Weather.FAIR);
        assertThat(coverage(left(256, "eager", false), 256)).isEqualTo(ROUND_TRIP.multipliedBy(2 + 256));
    }

    @ParameterizedTest
    @CsvSource({"demand,true", "eager,true", "hybrid,true", "eager,false", "hybrid,false", "demand,false"})
    void withoutAWindowOneAfterTheOtherAndNoIdleTime(String mode, boolean observed) {
        pair = pair(2, 1, FewestResource.twiceThe(CpuSet.first(64)), Weather.FAIR);
        assertThat(coverage(left(64, mode, observed), 64)).isEqualTo(ROUND_TRIP.multipliedBy(2 + 64));
    }

    /** What the acquire flag costs beside packets: each CPU waits for the one before. */
    @Test
    void theFlagMakesCpusWaitForEachOther() {
        assertThat(coverage(left(64, "demand", false), 64)).isEqualTo(ROUND_TRIP.multipliedBy(2 + 64));
        pair = pair(3, 64, FewestResource.twiceThe(CpuSet.first(64)), Weather.FAIR);
        assertThat(coverage(left(64, "hybrid", false), 64)).isEqualTo(ROUND_TRIP.multipliedBy(2 + 1));
    }

    @ParameterizedTest
    @EnumSource(PerCpuMode.class)
    void bothSidesAtOnceGetAllTheyNeedAndNoMore(PerCpuMode mode) {
        pair = pair(4, 64, FewestResource.twiceThe(CpuSet.first(8)), Weather.FAIR);
        PlannedHost left = new PlannedHost(pair.left, pair.right, 8, mode, true);
        PlannedHost right = new PlannedHost(pair.right, pair.left, 8, mode, true);
        left.firstPacket(pair.now);
        pair.drive(Duration.ofMinutes(1));
        assertThat(pair.left.seen(Effect.ChildFailed.class)).isEmpty();
        assertThat(pair.right.seen(Effect.ChildFailed.class)).isEmpty();
        for (PlannedHost side : new PlannedHost[] {left, right}) {
            assertThat(side.host.children()).filteredOn(sa -> !sa.resource().isBound()).hasSize(1);
            for (int cpu = 0; cpu < 8; cpu++) {
                assertThat(on(side.host, cpu)).as("SAs of CPU %d", cpu).isBetween(1L, 2L);
            }
        }
        assertThat(pair.left.children()).hasSameSizeAs(pair.right.children());
    }

    /** Whoever is slow to compute or to install has asked for no second SA of all CPUs, and has given none to the peer. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void slowHostsGetOneFallbackAndEachCpuItsSa(long seed) {
        pair = pair(seed, 64, FewestResource.twiceThe(CpuSet.first(2)), Weather.FAIR);
        pair.left.initiate("BFL-BFR", null, pair.right, pair.now);
        pair.drive();
        pair.left.children().forEach(sa -> pair.left.on(new Event.TerminateChild(0, sa.id(), false), pair.now));
        pair.drive();
        PlannedHost left = left(2, seed % 2 == 0 ? "eager" : "demand", true);
        left.sending = CpuSet.EMPTY;
        PlannedHost right = new PlannedHost(pair.right, pair.left, 2, PerCpuMode.EAGER, true);
        pair.left.lag = new Random(seed);
        pair.right.lag = new Random(-seed);
        left.firstPacket(pair.now);
        pair.drive(Duration.ofMinutes(1));
        for (PlannedHost side : new PlannedHost[] {left, right}) {
            assertThat(side.host.children()).filteredOn(sa -> !sa.resource().isBound()).hasSize(1);
            assertThat(on(side.host, 0)).isBetween(1L, 2L);
            assertThat(on(side.host, 1)).isBetween(1L, 2L);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64})
    void aFullPeerIsAskedNoMoreUntilAnSaGoes(int window) {
        pair = pair(5, window, new FewestResource(CpuSet.first(64), 20), Weather.FAIR);
        PlannedHost left = left(64, "demand", true);
        left.firstPacket(pair.now);
        pair.drive();
        assertThat(pair.left.children()).hasSize(1 + 20);
        long asked = pair.right.seen(Effect.Note.class).stream()
                .filter(note -> note.message().contains("sending TS_MAX_QUEUE")).count();
        assertThat(asked).as("requests that were refused").isLessThanOrEqualTo(window);
        int before = left.requests;
        pass(left, Duration.ofMinutes(30));
        assertThat(left.requests).isEqualTo(before);
        ChildSa idle = pair.right.children().getLast();
        pair.right.on(new Event.TerminateChild(0, idle.id(), false), pair.now);
        pair.drive(Duration.ofSeconds(1));
        assertThat(left.requests).as("one place, one request").isEqualTo(before + 1);
        assertThat(pair.left.children()).hasSize(1 + 20);
    }

    @Test
    void anEagerSideAndAPeerThatDeletesIdleSasComeToRest() {
        PlannedHost left = left(8, "eager", true);
        left.sending = CpuSet.EMPTY;
        left.firstPacket(pair.now);
        pair.drive();
        assertThat(pair.left.children()).hasSize(9);
        for (ChildSa sa : pair.right.children()) {
            if (sa.resource().isBound()) {
                pair.right.on(new Event.TerminateChild(0, sa.id(), false), pair.now);
            }
        }
        pass(left, Duration.ofMinutes(30));
        assertThat(pair.left.children()).hasSize(1);
        assertThat(left.requests).isEqualTo(9);
        left.sending = CpuSet.of(5);
        left.tell(new PlanEvent.CpuSends(5), pair.now);
        pair.drive(Duration.ofSeconds(1));
        assertThat(pair.left.children()).extracting(ChildSa::resource)
                .containsExactly(Resource.FALLBACK, Resource.cpu(5));
    }

    @Test
    void rekeyingAsksForNothing() {
        PlannedHost left = left(4, "eager", true);
        left.firstPacket(pair.now);
        pair.drive();
        for (ChildSa sa : pair.left.children()) {
            pair.left.on(new Event.RekeyChild(0, sa.id()), pair.now);
        }
        pair.drive();
        pair.left.on(new Event.RekeyIke(0, pair.left.endpoint.views().getFirst().id()), pair.now);
        pair.drive();
        assertThat(pair.left.children()).extracting(ChildSa::resource).containsExactlyInAnyOrder(Resource.FALLBACK,
                Resource.cpu(0), Resource.cpu(1), Resource.cpu(2), Resource.cpu(3));
        assertThat(left.requests).isEqualTo(5);
    }

    @Test
    void aCpuThatGoesOfflineTakesItsPairAlong() {
        PlannedHost left = left(4, "demand", true);
        left.firstPacket(pair.now);
        pair.drive();
        left.tell(new PlanEvent.CpusChanged(CpuSet.of(0, 1, 3)), pair.now);
        pass(left, Duration.ofMinutes(1));
        assertThat(pair.left.children()).hasSize(4).extracting(ChildSa::resource).doesNotContain(Resource.cpu(2));
        assertThat(pair.right.children()).hasSize(4);
        left.tell(new PlanEvent.CpusChanged(CpuSet.first(5)), pair.now);
        pass(left, Duration.ofMinutes(1));
        assertThat(pair.left.children()).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void badWeatherOnlyTakesLonger(long seed) {
        pair = pair(seed, 64, FewestResource.twiceThe(CpuSet.first(16)), Weather.ROUGH);
        PlannedHost left = left(16, PerCpuMode.values()[(int) seed % 3].name(), seed % 2 == 0);
        left.firstPacket(pair.now);
        pass(left, Duration.ofMinutes(5));
        for (int cpu = 0; cpu < 16; cpu++) {
            assertThat(on(pair.left, cpu)).as("SAs of CPU %d", cpu).isEqualTo(1);
        }
    }

    private PlannedHost left(int cpus, String mode, boolean observed) {
        return new PlannedHost(pair.left, pair.right, cpus, PerCpuMode.valueOf(mode.toUpperCase(Locale.ROOT)),
                observed);
    }

    /** From the first packet to the last SA. */
    private Duration coverage(PlannedHost left, int cpus) {
        Instant start = pair.now;
        left.firstPacket(pair.now);
        while (pair.left.children().size() < 1 + cpus) {
            Instant before = pair.now;
            pair.drive(Duration.ofMillis(10));
            pair.now = before.plusMillis(10).isAfter(pair.now) ? before.plusMillis(10) : pair.now;
            assertThat(Duration.between(start, pair.now)).isLessThan(Duration.ofMinutes(1));
        }
        return Duration.between(start, pair.now);
    }

    /** Lets time pass for the plan, too. */
    private void pass(PlannedHost side, Duration time) {
        Instant end = pair.now.plus(time);
        pair.drive(Duration.ofSeconds(1));
        for (Optional<Instant> due = side.plan.nextTimeout(); due.filter(at -> !at.isAfter(end)).isPresent();
             due = side.plan.nextTimeout()) {
            pair.advance(Duration.between(pair.now, due.get().isAfter(pair.now) ? due.get() : pair.now));
            side.tell(new PlanEvent.TimeReached(), pair.now);
            pair.drive(Duration.ofSeconds(1));
        }
        if (end.isAfter(pair.now)) {
            pair.advance(Duration.between(pair.now, end));
        }
    }

    private static long on(Host host, int cpu) {
        return host.children().stream().filter(sa -> sa.resource().cpu() == cpu).count();
    }

    private static Pair pair(long seed, int window, FewestResource resources, Weather weather) {
        EndpointSettings settings = EndpointSettings.DEFAULT.withMessages(new MessageOptions(window, 1280));
        Pair pair = new Pair(seed, settings, settings, weather, resources);
        pair.left.load(LEFT.book(), pair.now);
        pair.right.load(RIGHT.book(), pair.now);
        return pair;
    }
}
