package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.pcpu.PlanAction.GiveUp;
import dev.keylane.pcpu.PlanAction.Observe;
import dev.keylane.pcpu.PlanAction.RequestCpu;
import dev.keylane.pcpu.PlanEvent.Acquire;
import dev.keylane.pcpu.PlanEvent.ChildDown;
import dev.keylane.pcpu.PlanEvent.ChildUp;
import dev.keylane.pcpu.PlanEvent.CpusChanged;
import dev.keylane.pcpu.PlanEvent.Divided;
import dev.keylane.pcpu.PlanEvent.QueueFull;
import dev.keylane.pcpu.PlanEvent.RequestEnded;
import dev.keylane.pcpu.PlanEvent.TimeReached;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans whose SAs are for lanes: nobody tells which of them would be used. */
class DividedPlanTest {
    private Instant now = Instant.EPOCH.plusSeconds(1_000_000);
    private final PerCpuPlan plan = new PerCpuPlan(PlanSettings.of(CpuSet.first(8), 8, Duration.ofSeconds(30))
            .with(PerCpuMode.DEMAND).observed(true));

    @Test
    void allAreAskedForWhateverTheModeAndNothingIsWatched() {
        divide();
        assertThat(plan.isArmed()).isFalse();
        cover(1, 2, 3);
        assertThat(plan.nextTimeout()).isEmpty();
    }

    @Test
    void whatWasWatchedForCpusIsWatchedNoMore() {
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(new Observe(CpuSet.first(8)));
        assertThat(on(new Divided(CpuSet.of(1, 2), false))).containsExactly(request(1), request(2), new Observe(CpuSet.EMPTY));
    }

    @Test
    void socketsNeedNotLookForALaneThatANewPolicyLeadsTo() {
        divide();
        assertThat(on(new ChildUp(Resource.cpu(1)))).isEmpty();
    }

    /** RFC 9611 §6: a peer that deletes idle SAs and one that makes them at once would never come to rest. */
    @Test
    void aLaneThatThePeerDeletedComesBackWithTheNextFallback() {
        divide();
        cover(1, 2, 3);
        assertThat(on(new ChildDown(Resource.cpu(2)))).isEmpty();
        assertThat(plan.nextTimeout()).isEmpty();
        now = now.plusSeconds(3_600);
        assertThat(on(new TimeReached())).isEmpty();
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(request(2));
        assertThat(on(new ChildDown(Resource.FALLBACK))).isEmpty();
    }

    @Test
    void whatFailedIsAskedForAgainWhenTheHoldOffIsOver() {
        divide();
        cover(1, 3);
        assertThat(on(new RequestEnded(2, false))).isEmpty();
        assertThat(plan.nextTimeout()).hasValue(now.plusSeconds(10));
        now = now.plusSeconds(10);
        assertThat(on(new TimeReached())).containsExactly(request(2));
    }

    @Test
    void aPeerThatTakesNoMoreIsAskedForNoMore() {
        divide();
        cover(1);
        on(new QueueFull());
        on(new RequestEnded(2, false));
        on(new RequestEnded(3, false));
        now = now.plusSeconds(3_600);
        assertThat(on(new TimeReached())).isEmpty();
        assertThat(plan.nextTimeout()).isEmpty();
    }

    @Test
    void aLanesAcquireAsksForThatLane() {
        divide();
        cover(1, 2, 3);
        on(new ChildDown(Resource.cpu(2)));
        assertThat(on(new Acquire(2, 9, null))).containsExactly(new RequestCpu(2, 9, null));
    }

    @Test
    void whatIsForNoLaneAnyMoreIsGivenUp() {
        divide();
        cover(1, 2, 3);
        assertThat(on(new Divided(CpuSet.of(1), false))).isEmpty();
        now = now.plusSeconds(10);
        assertThat(on(new TimeReached())).containsExactly(new GiveUp(2), new GiveUp(3));
    }

    @Test
    void cpusTakeTheirPlaceAgain() {
        divide();
        cover(1, 2, 3);
        assertThat(on(new CpusChanged(CpuSet.first(5)))).containsExactly(new Observe(CpuSet.of(0, 4)));
    }

    /** What the peer asks for serves us, too. */
    @Test
    void whoAnswersAsksLaterForWhatIsLackingThen() {
        assertThat(on(new Divided(CpuSet.of(1, 2, 3), true))).isEmpty();
        assertThat(on(new ChildUp(Resource.FALLBACK))).isEmpty();
        assertThat(plan.nextTimeout()).hasValue(now.plusSeconds(3));
        on(new ChildUp(Resource.cpu(1)));
        on(new ChildUp(Resource.cpu(3)));
        now = now.plusSeconds(3);
        assertThat(on(new TimeReached())).containsExactly(request(2));
    }

    /** As the kernel side does: it tells how the first SA is divided before it tells that it is there. */
    private void divide() {
        assertThat(on(new Divided(CpuSet.of(1, 2, 3), false))).isEmpty();
        assertThat(on(new ChildUp(Resource.FALLBACK))).containsExactly(request(1), request(2), request(3));
    }

    private void cover(int... lanes) {
        for (int lane : lanes) {
            on(new ChildUp(Resource.cpu(lane)));
            on(new RequestEnded(lane, true));
        }
    }

    private static RequestCpu request(int lane) {
        return new RequestCpu(lane, 0, null);
    }

    private List<PlanAction> on(PlanEvent event) {
        return plan.on(event, now);
    }
}
