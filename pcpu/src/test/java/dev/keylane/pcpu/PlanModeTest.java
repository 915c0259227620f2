package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.pcpu.PlanAction.Arm;
import dev.keylane.pcpu.PlanAction.CountSenders;
import dev.keylane.pcpu.PlanAction.Disarm;
import dev.keylane.pcpu.PlanAction.GiveUp;
import dev.keylane.pcpu.PlanAction.Observe;
import dev.keylane.pcpu.PlanAction.RequestCpu;
import dev.keylane.pcpu.PlanEvent.Acquire;
import dev.keylane.pcpu.PlanEvent.ChildDown;
import dev.keylane.pcpu.PlanEvent.ChildUp;
import dev.keylane.pcpu.PlanEvent.CpuSends;
import dev.keylane.pcpu.PlanEvent.CpusChanged;
import dev.keylane.pcpu.PlanEvent.QueueFull;
import dev.keylane.pcpu.PlanEvent.RequestEnded;
import dev.keylane.pcpu.PlanEvent.Senders;
import dev.keylane.pcpu.PlanEvent.TimeReached;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Eager and hybrid plans, and CPUs that come and go. */
class PlanModeTest {
    private static final Duration LARVA = Duration.ofSeconds(30);
    private Instant now = Instant.EPOCH.plusSeconds(1_000_000);
    private PerCpuPlan plan = plan(PerCpuMode.EAGER, true);

    @Test
    void eagerAsksForAllOnceTheFallbackStands() {
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(request(0), request(1), request(2));
        cover(0, 1, 2);
        assertThat(plan.nextTimeout()).isEmpty();
        assertThat(plan.isArmed()).isFalse();
    }

    @Test
    void eagerNeedsNeitherObserverNorFlag() {
        plan = plan(PerCpuMode.EAGER, false);
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(request(0), request(1), request(2));
        cover(0, 1, 2);
        assertThat(plan.isArmed()).isFalse();
    }

    /** RFC 9611 §6: a peer that deletes idle SAs and one that makes them at once would never come to rest. */
    @Test
    void anIdleSaThePeerDeletedIsMadeAgainOnlyWithTraffic() {
        on(new ChildUp(Resource.FALLBACK));
        cover(0, 1, 2);
        assertThat(on(new ChildDown(Resource.cpu(1)))).containsExactly(new Observe(CpuSet.of(1)));
        pass(Duration.ofHours(1));
        assertThat(on(new TimeReached())).isEmpty();
        assertThat(on(new CpuSends(1))).containsExactly(request(1), new Observe(CpuSet.EMPTY));
        cover(1);
        assertThat(on(new ChildDown(Resource.cpu(1)))).as("once more").containsExactly(new Observe(CpuSet.of(1)));
    }

    @Test
    void theSameWithTheFlag() {
        plan = plan(PerCpuMode.EAGER, false);
        on(new ChildUp(Resource.FALLBACK));
        cover(0, 1, 2);
        assertThat(on(new ChildDown(Resource.cpu(1)))).containsExactly(new Arm());
        assertThat(on(new Acquire(1, 9, null))).containsExactly(new Disarm(), new RequestCpu(1, 9, null));
    }

    @Test
    void anSaThatWasReplacedIsNoLoss() {
        on(new ChildUp(Resource.FALLBACK));
        cover(0, 1, 2);
        on(new ChildUp(Resource.cpu(1)));
        assertThat(on(new ChildDown(Resource.cpu(1)))).isEmpty();
    }

    @Test
    void aNewFallbackAfterTheLastSaBeginsAnew() {
        on(new ChildUp(Resource.FALLBACK));
        cover(0, 1, 2);
        for (int cpu = 0; cpu < 3; cpu++) {
            on(new ChildDown(Resource.cpu(cpu)));
        }
        on(new ChildDown(Resource.FALLBACK));
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(request(0), request(1), request(2));
    }

    @Test
    void eagerHoldsOffAfterAFailureAndStopsWhenThePeerIsFull() {
        on(new ChildUp(Resource.FALLBACK));
        on(new RequestEnded(0, false));
        assertThat(plan.nextTimeout()).contains(now.plusSeconds(10));
        pass(Duration.ofSeconds(10));
        assertThat(on(new TimeReached())).containsExactly(request(0));
        on(new QueueFull());
        for (int cpu = 0; cpu < 3; cpu++) {
            on(new RequestEnded(cpu, false));
        }
        pass(Duration.ofHours(1));
        assertThat(on(new TimeReached())).isEmpty();
        assertThat(plan.nextTimeout()).isEmpty();
    }

    @Test
    void eagerStaysWithinTheLimit() {
        plan = new PerCpuPlan(PlanSettings.of(CpuSet.of(1, 5, 6), 2, LARVA).with(PerCpuMode.EAGER));
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(request(1), request(5));
        cover(1, 5);
        assertThat(plan.isArmed()).isFalse();
    }

    @Test
    void whatThePeerMadeIsNotAskedFor() {
        on(new ChildUp(Resource.cpu(1)));
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(request(0), request(2));
    }

    @Test
    void hybridAsksForAllSendersWhenTheFirstSends() {
        plan = plan(PerCpuMode.HYBRID, true);
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(new Observe(CpuSet.first(3)));
        assertThat(on(new CpuSends(1))).containsExactly(request(1), new CountSenders(), new Observe(CpuSet.of(0, 2)));
        assertThat(on(new Senders(CpuSet.of(1, 2, 7)))).containsExactly(request(2), new Observe(CpuSet.of(0)));
        assertThat(on(new CpuSends(0))).as("counted once").containsExactly(request(0), new Observe(CpuSet.EMPTY));
    }

    @Test
    void hybridWithTheFlagAsksForAllAfterTheFirstAcquire() {
        plan = plan(PerCpuMode.HYBRID, false);
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(new Arm());
        assertThat(on(new Acquire(1, 4, null)))
                .containsExactly(new Disarm(), new RequestCpu(1, 4, null), request(0), request(2));
        cover(0, 1, 2);
        assertThat(on(new ChildDown(Resource.cpu(2)))).as("with traffic only").containsExactly(new Arm());
    }

    @Test
    void aCpuThatComesIsCoveredToo() {
        plan = new PerCpuPlan(PlanSettings.of(CpuSet.first(3), 5, LARVA).with(PerCpuMode.EAGER));
        on(new ChildUp(Resource.FALLBACK));
        cover(0, 1, 2);
        assertThat(on(new CpusChanged(CpuSet.first(5)))).containsExactly(request(3), request(4));
    }

    @Test
    void aCpuThatGoesGivesItsSaUpAfterAMoment() {
        on(new ChildUp(Resource.FALLBACK));
        cover(0, 1, 2);
        assertThat(on(new CpusChanged(CpuSet.of(0, 2)))).isEmpty();
        assertThat(plan.nextTimeout()).contains(now.plusSeconds(10));
        pass(Duration.ofSeconds(9));
        assertThat(on(new TimeReached())).isEmpty();
        pass(Duration.ofSeconds(1));
        assertThat(on(new TimeReached())).containsExactly(new GiveUp(1));
        assertThat(on(new ChildDown(Resource.cpu(1)))).isEmpty();
        assertThat(plan.nextTimeout()).isEmpty();
        assertThat(on(new CpusChanged(CpuSet.first(3)))).as("back").containsExactly(request(1));
    }

    @Test
    void theSuccessorOfAnSaThatWasGivenUpInARekeyingIsGivenUpToo() {
        on(new ChildUp(Resource.FALLBACK));
        cover(0, 1, 2);
        on(new CpusChanged(CpuSet.of(0, 2)));
        pass(Duration.ofSeconds(10));
        assertThat(on(new TimeReached())).containsExactly(new GiveUp(1));
        on(new ChildUp(Resource.cpu(1)));
        on(new ChildDown(Resource.cpu(1)));
        pass(Duration.ofSeconds(10));
        assertThat(on(new TimeReached())).containsExactly(new GiveUp(1));
    }

    @Test
    void aCpuThatIsBackSoonKeepsItsSa() {
        on(new ChildUp(Resource.FALLBACK));
        cover(0, 1, 2);
        on(new CpusChanged(CpuSet.of(0, 2)));
        on(new CpusChanged(CpuSet.first(3)));
        pass(Duration.ofMinutes(1));
        assertThat(on(new TimeReached())).isEmpty();
    }

    @Test
    void anSaThatComesUpForACpuThatIsGoneIsGivenUpToo() {
        on(new ChildUp(Resource.FALLBACK));
        on(new CpusChanged(CpuSet.of(0, 2)));
        cover(1);
        pass(Duration.ofSeconds(10));
        assertThat(on(new TimeReached())).containsExactly(new GiveUp(1));
    }

    /** A device that chooses SAs by itself has no CPUs, but SAs that the peer made are used. */
    @Test
    void withoutAnyCpusNothingIsGivenUp() {
        on(new ChildUp(Resource.FALLBACK));
        cover(0, 1, 2);
        on(new CpusChanged(CpuSet.EMPTY));
        assertThat(plan.nextTimeout()).isEmpty();
    }

    private void cover(int... cpus) {
        for (int cpu : cpus) {
            on(new ChildUp(Resource.cpu(cpu)));
            on(new RequestEnded(cpu, true));
        }
    }

    private static RequestCpu request(int cpu) {
        return new RequestCpu(cpu, 0, null);
    }

    private List<PlanAction> on(PlanEvent event) {
        return plan.on(event, now);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private static PerCpuPlan plan(PerCpuMode mode, boolean observed) {
        return new PerCpuPlan(PlanSettings.of(CpuSet.first(3), 3, LARVA).with(mode).observed(observed));
    }
}
