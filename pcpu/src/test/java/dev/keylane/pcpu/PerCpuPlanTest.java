package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.pcpu.PlanAction.Arm;
import dev.keylane.pcpu.PlanAction.Disarm;
import dev.keylane.pcpu.PlanAction.RefreshSockets;
import dev.keylane.pcpu.PlanAction.RequestCpu;
import dev.keylane.pcpu.PlanAction.RequestFallback;
import dev.keylane.pcpu.PlanEvent.Acquire;
import dev.keylane.pcpu.PlanEvent.ChildDown;
import dev.keylane.pcpu.PlanEvent.ChildHalfDown;
import dev.keylane.pcpu.PlanEvent.ChildHalfUp;
import dev.keylane.pcpu.PlanEvent.ChildCompleted;
import dev.keylane.pcpu.PlanEvent.ChildUp;
import dev.keylane.pcpu.PlanEvent.CpusChanged;
import dev.keylane.pcpu.PlanEvent.EventsLost;
import dev.keylane.pcpu.PlanEvent.LarvalExpired;
import dev.keylane.pcpu.PlanEvent.QueueFull;
import dev.keylane.pcpu.PlanEvent.RequestEnded;
import dev.keylane.pcpu.PlanEvent.TimeReached;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerCpuPlanTest {
    private static final Duration LARVA = Duration.ofSeconds(30);
    private Instant now = Instant.EPOCH.plusSeconds(1_000_000);
    private PerCpuPlan plan = plan(CpuSet.first(2), 2);

    @Test
    void goesFromTheFirstPacketToASaOnEveryCpu() {
        assertThat(on(new Acquire(-1, 7, null))).containsExactly(new RequestFallback(7, null));
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(new Arm());
        assertThat(on(new RequestEnded(-1, true))).isEmpty();

        assertThat(on(new Acquire(1, 8, null))).containsExactly(new Disarm(), new RequestCpu(1, 8, null));
        assertThat(on(new ChildUp(Resource.cpu(1)))).containsExactly(new RefreshSockets());
        assertThat(on(new RequestEnded(1, true))).containsExactly(new Arm());

        pass(Duration.ofSeconds(1));
        assertThat(on(new Acquire(0, 9, null))).containsExactly(new Disarm(), new RequestCpu(0, 9, null));
        assertThat(on(new ChildUp(Resource.cpu(0)))).containsExactly(new RefreshSockets());
        assertThat(on(new RequestEnded(0, true))).isEmpty();
        assertThat(plan.isArmed()).isFalse();
        assertThat(plan.nextTimeout()).isEmpty();
    }

    @Test
    void anAcquireIsAskedForOnce() {
        assertThat(on(new Acquire(-1, 1, null))).hasSize(1);
        assertThat(on(new Acquire(-1, 2, null))).isEmpty();
        up(Resource.FALLBACK);
        on(new RequestEnded(-1, true));
        assertThat(on(new Acquire(0, 3, null))).contains(new RequestCpu(0, 3, null));
        assertThat(on(new Acquire(0, 4, null))).isEmpty();
        assertThat(on(new Acquire(1, 5, null))).containsExactly(new RequestCpu(1, 5, null));
    }

    @Test
    void anAcquireThatCrossedWithItsAnswerAsksForNothing() {
        up(Resource.FALLBACK);
        assertThat(on(new Acquire(-1, 1, null))).isEmpty();
        up(Resource.cpu(0));
        assertThat(on(new Acquire(0, 2, null))).containsExactly(new Disarm());
    }

    @Test
    void anAcquireOfACpuThatIsNoneOfOursCostsTheFlagForItsLifeAndAsksForNothing() {
        up(Resource.FALLBACK);
        assertThat(on(new Acquire(4711, 2, null))).containsExactly(new Disarm());
        assertThat(plan.nextTimeout()).contains(now.plus(LARVA));
        pass(LARVA);
        assertThat(on(new TimeReached())).containsExactly(new Arm());
    }

    @Test
    void aLostSaIsAskedForAnewOnTraffic() {
        up(Resource.FALLBACK);
        pass(Duration.ofSeconds(5));
        assertThat(on(new Acquire(-1, 1, null))).containsExactly(new RequestFallback(1, null));
    }

    @Test
    void anOverlookedSaOfACpuIsReplaced() {
        up(Resource.FALLBACK);
        up(Resource.cpu(0));
        pass(Duration.ofSeconds(5));
        assertThat(on(new Acquire(0, 3, null))).containsExactly(new Disarm(), new RequestCpu(0, 3, null));
    }

    @Test
    void aPeerWithoutTheNotifyKeepsOneOrdinarySa() {
        on(new Acquire(-1, 1, null));
        assertThat(on(new ChildUp(Resource.NONE))).isEmpty();
        on(new RequestEnded(-1, true));
        assertThat(on(new Acquire(0, 2, null))).isEmpty();
        assertThat(plan.nextTimeout()).isEmpty();
    }

    @Test
    void aFailureHoldsOffUntilTheLarvalStateIsGone() {
        up(Resource.FALLBACK);
        on(new Acquire(0, 1, null));
        assertThat(on(new RequestEnded(0, false))).isEmpty();
        assertThat(plan.nextTimeout()).contains(now.plus(LARVA));
        pass(LARVA.minusMillis(1));
        assertThat(on(new TimeReached())).isEmpty();
        pass(Duration.ofMillis(1));
        assertThat(on(new TimeReached())).containsExactly(new Arm());
    }

    @Test
    void theHoldOffGrowsWithEachFailureAndEndsWithASuccess() {
        up(Resource.FALLBACK);
        for (int seconds : new int[] {10, 20, 40, 80, 160, 320, 600, 600}) {
            on(new Acquire(0, 1, null));
            on(new LarvalExpired(0));
            on(new RequestEnded(0, false));
            assertThat(plan.nextTimeout()).contains(now.plusSeconds(seconds));
            pass(Duration.ofSeconds(seconds));
            assertThat(on(new TimeReached())).containsExactly(new Arm());
        }
        on(new Acquire(0, 1, null));
        up(Resource.cpu(0));
        assertThat(on(new RequestEnded(0, true))).containsExactly(new Arm());
    }

    /** Of a peer's making: until it sends, the kernel would raise an acquire for its CPU. */
    @Test
    void whileAnSaDoesNotSendYetNoAcquireIsWanted() {
        up(Resource.FALLBACK);
        assertThat(on(new ChildHalfUp(Resource.cpu(0)))).containsExactly(new Disarm());
        assertThat(plan.nextTimeout()).isEmpty();
        assertThat(on(new ChildCompleted(Resource.cpu(0)))).containsExactly(new Arm());
        on(new ChildHalfUp(Resource.cpu(1)));
        assertThat(on(new ChildHalfDown(Resource.cpu(1)))).containsExactly(new Arm());
        on(new ChildHalfUp(Resource.cpu(1)));
        assertThat(on(new ChildCompleted(Resource.cpu(1)))).containsExactly(new RefreshSockets());
    }

    @Test
    void anotherSaOfTheSameCpuDoesNotMakeTheHalfWhole() {
        up(Resource.FALLBACK);
        on(new ChildHalfUp(Resource.cpu(0)));
        assertThat(on(new ChildUp(Resource.cpu(0)))).containsExactly(new RefreshSockets());
        assertThat(on(new ChildDown(Resource.cpu(0)))).isEmpty();
        assertThat(on(new ChildCompleted(Resource.cpu(0)))).containsExactly(new Arm());
    }

    @Test
    void aFullQueueIsAskedAgainOnlyAfterAnSaWentAway() {
        up(Resource.FALLBACK);
        on(new Acquire(0, 1, null));
        on(new QueueFull());
        on(new RequestEnded(0, false));
        pass(Duration.ofHours(1));
        assertThat(on(new TimeReached())).isEmpty();
        assertThat(plan.nextTimeout()).isEmpty();
        assertThat(on(new Acquire(1, 2, null))).isEmpty();

        on(new ChildDown(Resource.FALLBACK));
        pass(LARVA);
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(new Arm());
    }

    @Test
    void aReplacedSaDoesNotReopenAFullQueue() {
        up(Resource.FALLBACK);
        on(new QueueFull());
        up(Resource.FALLBACK);
        on(new ChildDown(Resource.FALLBACK));
        assertThat(plan.isArmed()).isFalse();
    }

    @Test
    void withoutAFallbackTheFlagIsNeverSet() {
        up(Resource.cpu(0));
        assertThat(plan.isArmed()).isFalse();
        up(Resource.FALLBACK);
        assertThat(plan.isArmed()).isTrue();
        assertThat(on(new ChildDown(Resource.FALLBACK))).containsExactly(new Disarm());
        assertThat(on(new Acquire(1, 4, null))).containsExactly(new RequestFallback(4, null));
    }

    @Test
    void anIdleSaThePeerDeletedComesBackOnlyWithTraffic() {
        up(Resource.FALLBACK);
        up(Resource.cpu(0));
        up(Resource.cpu(1));
        assertThat(on(new ChildDown(Resource.cpu(1)))).containsExactly(new Arm());
        assertThat(on(new Acquire(1, 4, null))).contains(new RequestCpu(1, 4, null));
    }

    @Test
    void theLimitCaps() {
        plan = plan(CpuSet.first(8), 1);
        up(Resource.FALLBACK);
        on(new Acquire(3, 1, null));
        up(Resource.cpu(3));
        on(new RequestEnded(3, true));
        assertThat(plan.isArmed()).isFalse();
        assertThat(on(new Acquire(4, 1, null))).isEmpty();
    }

    @Test
    void lostEventsMayHideAPendingAcquireSoTheFlagIsClearedForItsLife() {
        up(Resource.FALLBACK);
        assertThat(on(new EventsLost())).containsExactly(new Disarm());
        assertThat(plan.nextTimeout()).contains(now.plus(LARVA));
        pass(LARVA);
        assertThat(on(new TimeReached())).containsExactly(new Arm());
    }

    @Test
    void newCpusAreWantedToo() {
        up(Resource.FALLBACK);
        up(Resource.cpu(0));
        up(Resource.cpu(1));
        plan = plan(CpuSet.first(2), 4);
        up(Resource.FALLBACK);
        up(Resource.cpu(0));
        assertThat(on(new ChildUp(Resource.cpu(1)))).containsExactly(new Disarm());
        assertThat(on(new CpusChanged(CpuSet.first(3)))).containsExactly(new Arm());
        assertThat(on(new CpusChanged(CpuSet.first(2)))).containsExactly(new Disarm());
    }

    @Test
    void withoutCpusItIsAnOrdinaryChild() {
        plan = plan(CpuSet.EMPTY, 0);
        assertThat(on(new Acquire(-1, 1, null))).containsExactly(new RequestFallback(1, null));
        assertThat(on(new Acquire(-1, 1, null))).isEmpty();
        on(new RequestEnded(-1, false));
        assertThat(plan.isIdle()).isTrue();
        assertThat(on(new Acquire(-1, 2, null))).containsExactly(new RequestFallback(2, null));
        assertThat(on(new ChildUp(Resource.NONE))).isEmpty();
        assertThat(plan.isIdle()).isFalse();
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
        return new PerCpuPlan(PlanSettings.of(cpus, limit, LARVA));
    }
}
