package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.pcpu.PlanAction.Arm;
import dev.keylane.pcpu.PlanAction.Disarm;
import dev.keylane.pcpu.PlanAction.Observe;
import dev.keylane.pcpu.PlanAction.RefreshSockets;
import dev.keylane.pcpu.PlanAction.RequestCpu;
import dev.keylane.pcpu.PlanAction.RequestFallback;
import dev.keylane.pcpu.PlanEvent.Acquire;
import dev.keylane.pcpu.PlanEvent.ChildDown;
import dev.keylane.pcpu.PlanEvent.ChildHalfUp;
import dev.keylane.pcpu.PlanEvent.ChildUp;
import dev.keylane.pcpu.PlanEvent.CpuSends;
import dev.keylane.pcpu.PlanEvent.ObserverLost;
import dev.keylane.pcpu.PlanEvent.ObserverReady;
import dev.keylane.pcpu.PlanEvent.QueueFull;
import dev.keylane.pcpu.PlanEvent.RequestEnded;
import dev.keylane.pcpu.PlanEvent.TimeReached;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A plan that is told who sends over the fallback: the acquire flag stays clear. */
class ObservedPlanTest {
    private static final Duration LARVA = Duration.ofSeconds(30);
    private static final CpuSet NONE = CpuSet.EMPTY;
    private Instant now = Instant.EPOCH.plusSeconds(1_000_000);
    private PerCpuPlan plan = plan(CpuSet.first(3), 3);

    @Test
    void asksForEachCpuThatSendsBesideTheOthers() {
        assertThat(on(new Acquire(-1, 7, null))).containsExactly(new RequestFallback(7, null));
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(new Observe(CpuSet.first(3)));
        on(new RequestEnded(-1, true));
        assertThat(on(new CpuSends(2))).containsExactly(new RequestCpu(2, 0, null), new Observe(CpuSet.of(0, 1)));
        assertThat(on(new CpuSends(2))).isEmpty();
        assertThat(on(new CpuSends(0))).containsExactly(new RequestCpu(0, 0, null), new Observe(CpuSet.of(1)));
        assertThat(on(new ChildUp(Resource.cpu(2)))).containsExactly(new RefreshSockets());
        assertThat(on(new RequestEnded(2, true))).isEmpty();
        assertThat(on(new CpuSends(2))).as("was under way").isEmpty();
        assertThat(on(new CpuSends(1))).containsExactly(new RequestCpu(1, 0, null), new Observe(NONE));
        assertThat(plan.isArmed()).isFalse();
        assertThat(plan.nextTimeout()).isEmpty();
    }

    @Test
    void listensAgainForACpuWhoseSaIsGone() {
        up(Resource.FALLBACK);
        up(Resource.cpu(0));
        assertThat(on(new ChildDown(Resource.cpu(0)))).containsExactly(new Observe(CpuSet.first(3)));
        assertThat(on(new CpuSends(0))).contains(new RequestCpu(0, 0, null));
    }

    @Test
    void anSaThatIsBeingReplacedStillCovers() {
        up(Resource.FALLBACK);
        up(Resource.cpu(0));
        up(Resource.cpu(0));
        assertThat(on(new ChildDown(Resource.cpu(0)))).isEmpty();
    }

    @Test
    void oneThatDoesNotSendYetIsNotListenedFor() {
        up(Resource.FALLBACK);
        assertThat(on(new ChildHalfUp(Resource.cpu(1)))).containsExactly(new Observe(CpuSet.of(0, 2)));
        assertThat(on(new CpuSends(1))).isEmpty();
    }

    @Test
    void afterAFailureItListensAgainWhenTheHoldOffIsOver() {
        up(Resource.FALLBACK);
        on(new CpuSends(0));
        on(new CpuSends(1));
        assertThat(on(new RequestEnded(0, false))).containsExactly(new Observe(NONE));
        assertThat(plan.nextTimeout()).contains(now.plusSeconds(10));
        assertThat(on(new CpuSends(2))).as("held off").isEmpty();
        assertThat(on(new RequestEnded(1, false))).as("one failure, not two").isEmpty();
        assertThat(plan.nextTimeout()).contains(now.plusSeconds(10));
        pass(Duration.ofSeconds(10));
        assertThat(on(new TimeReached())).containsExactly(new Observe(CpuSet.first(3)));
        on(new CpuSends(0));
        on(new RequestEnded(0, false));
        assertThat(plan.nextTimeout()).contains(now.plusSeconds(20));
    }

    @Test
    void aFullQueueEndsListeningUntilAnSaGoes() {
        up(Resource.FALLBACK);
        up(Resource.cpu(0));
        on(new CpuSends(1));
        assertThat(on(new QueueFull())).containsExactly(new Observe(NONE));
        on(new RequestEnded(1, false));
        pass(Duration.ofHours(1));
        assertThat(on(new TimeReached())).isEmpty();
        assertThat(plan.nextTimeout()).isEmpty();
        assertThat(on(new ChildDown(Resource.cpu(0)))).containsExactly(new Observe(CpuSet.first(3)));
        assertThat(on(new CpuSends(2))).as("there is room for one").containsExactly(new RequestCpu(2, 0, null),
                new Observe(NONE));
    }

    @Test
    void whatWasUnderWayBesideTheRefusedOneCounts() {
        up(Resource.FALLBACK);
        on(new CpuSends(0));
        on(new CpuSends(1));
        on(new QueueFull());
        on(new RequestEnded(0, false));
        up(Resource.cpu(1));
        on(new RequestEnded(1, true));
        pass(Duration.ofHours(1));
        assertThat(on(new TimeReached())).isEmpty();
        on(new ChildDown(Resource.cpu(1)));
        assertThat(on(new CpuSends(0))).contains(new RequestCpu(0, 0, null));
    }

    @Test
    void theLimitCountsWhatIsAskedFor() {
        plan = plan(CpuSet.first(3), 2);
        up(Resource.FALLBACK);
        on(new CpuSends(0));
        assertThat(on(new CpuSends(1))).containsExactly(new RequestCpu(1, 0, null), new Observe(NONE));
        assertThat(on(new CpuSends(2))).isEmpty();
    }

    @Test
    void withoutTheObserverItGoesBackToTheFlag() {
        up(Resource.FALLBACK);
        assertThat(on(new ObserverLost())).containsExactly(new Observe(NONE), new Arm());
        assertThat(on(new Acquire(1, 5, null))).containsExactly(new Disarm(), new RequestCpu(1, 5, null));
        up(Resource.cpu(1));
        assertThat(on(new RequestEnded(1, true))).containsExactly(new Arm());
        assertThat(on(new ObserverReady())).containsExactly(new Observe(CpuSet.of(0, 2)), new Disarm());
    }

    @Test
    void aPeerWithoutTheNotifyIsNotWatched() {
        assertThat(on(new ChildUp(Resource.NONE))).isEmpty();
        assertThat(on(new CpuSends(0))).isEmpty();
    }

    @Test
    void cpusThatAreNoneOfOursAskForNothing() {
        up(Resource.FALLBACK);
        for (int cpu : new int[] {-1, 3, 8191, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThat(on(new CpuSends(cpu))).isEmpty();
        }
    }

    private List<PlanAction> on(PlanEvent event) {
        return plan.on(event, now);
    }

    private void up(Resource resource) {
        on(new ChildUp(resource));
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private static PerCpuPlan plan(CpuSet cpus, int limit) {
        return new PerCpuPlan(PlanSettings.of(cpus, limit, LARVA).observed(true));
    }
}
