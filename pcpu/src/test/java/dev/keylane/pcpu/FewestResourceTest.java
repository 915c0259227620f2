package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment;
import dev.keylane.ike.child.ResourceAssignment.Answer;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FewestResourceTest {
    @Test
    void theFirstServesEveryCpuAndTheOthersSpreadWithoutAPileUp() {
        FewestResource assignment = FewestResource.twiceThe(CpuSet.of(0, 2, 3));
        List<Resource> existing = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            existing.add(((Answer.Assigned) assign(assignment, existing)).resource());
        }
        assertThat(existing).containsExactly(Resource.FALLBACK, Resource.cpu(0), Resource.cpu(2), Resource.cpu(3),
                Resource.cpu(0), Resource.cpu(2), Resource.cpu(3));
        assertThat(assign(assignment, existing)).isEqualTo(new Answer.QueueFull());
    }

    @Test
    void aLostFallbackIsReplacedEvenWhenTheQueueIsFull() {
        List<Resource> bound = IntStream.range(0, 4).mapToObj(i -> Resource.cpu(i % 2)).toList();
        assertThat(assign(FewestResource.twiceThe(CpuSet.first(2)), bound))
                .isEqualTo(new Answer.Assigned(Resource.FALLBACK));
    }

    @Test
    void fillsTheGapsFirst() {
        assertThat(assign(FewestResource.twiceThe(CpuSet.first(3)),
                List.of(Resource.FALLBACK, Resource.cpu(0), Resource.cpu(2))))
                .isEqualTo(new Answer.Assigned(Resource.cpu(1)));
    }

    @Test
    void countsSasOfCpusThatWentAway() {
        List<Resource> existing = List.of(Resource.FALLBACK, Resource.cpu(7), Resource.cpu(8));
        assertThat(assign(new FewestResource(CpuSet.first(1), 2), existing)).isEqualTo(new Answer.QueueFull());
    }

    @Test
    void withoutCpusThereIsOnlyTheFirst() {
        FewestResource none = FewestResource.twiceThe(CpuSet.EMPTY);
        assertThat(assign(none, List.of())).isEqualTo(new Answer.Assigned(Resource.FALLBACK));
        assertThat(assign(none, List.of(Resource.FALLBACK))).isEqualTo(new Answer.QueueFull());
    }

    @Test
    void whatIsBeingReplacedCounts() {
        assertThat(assign(FewestResource.twiceThe(CpuSet.first(2)),
                List.of(Resource.FALLBACK, Resource.cpu(0), Resource.cpu(0), Resource.cpu(1))))
                .isEqualTo(new Answer.Assigned(Resource.cpu(1)));
    }

    @Test
    void whatWeAskForAtTheSameTimeIsLeftToUs() {
        FewestResource two = FewestResource.twiceThe(CpuSet.first(2));
        List<Resource> fallback = List.of(Resource.FALLBACK);
        assertThat(two.assign(demand(fallback, List.of(Resource.cpu(0)))))
                .isEqualTo(new Answer.Assigned(Resource.cpu(1)));
        List<Resource> three = List.of(Resource.FALLBACK, Resource.cpu(0), Resource.cpu(0), Resource.cpu(1));
        assertThat(two.assign(demand(three, List.of(Resource.cpu(0), Resource.cpu(1)))))
                .as("it takes nobody's place").isEqualTo(new Answer.Assigned(Resource.cpu(1)));
    }

    @Test
    void whatThePeerHasByAnotherIkeSaCountsForTheLimitAndTheChoiceButIsNoFallback() {
        FewestResource two = FewestResource.twiceThe(CpuSet.first(2));
        List<Resource> other = List.of(Resource.FALLBACK, Resource.cpu(0), Resource.cpu(0), Resource.cpu(1));
        assertThat(two.assign(elsewhere(other, List.of()))).isEqualTo(new Answer.Assigned(Resource.FALLBACK));
        assertThat(two.assign(elsewhere(other, List.of(Resource.FALLBACK))))
                .isEqualTo(new Answer.Assigned(Resource.cpu(1)));
        assertThat(two.assign(elsewhere(other, List.of(Resource.FALLBACK, Resource.cpu(1)))))
                .isEqualTo(new Answer.QueueFull());
    }

    @Test
    void theOperatorsLimitStandsInTheCpusPlace() {
        PerCpuOptions options = new PerCpuOptions(PerCpuMode.DEMAND, new PerCpuOptions.Cpus.Auto(), 1);
        List<Resource> two = List.of(Resource.FALLBACK, Resource.cpu(0), Resource.cpu(1));
        assertThat(assign(FewestResource.of(CpuSet.first(8), options), two)).isEqualTo(new Answer.QueueFull());
        assertThat(assign(FewestResource.of(CpuSet.first(8), PerCpuOptions.DEFAULT), two))
                .isEqualTo(new Answer.Assigned(Resource.cpu(2)));
    }

    @Test
    void anEagerPeerOfTwiceOurSizeIsTaken() {
        FewestResource assignment = FewestResource.twiceThe(CpuSet.first(64));
        List<Resource> existing = new ArrayList<>(List.of(Resource.FALLBACK));
        for (int i = 0; i < 128; i++) {
            existing.add(((Answer.Assigned) assign(assignment, existing)).resource());
        }
        for (int cpu = 0; cpu < 64; cpu++) {
            assertThat(existing).filteredOn(Resource.cpu(cpu)::equals).hasSize(2);
        }
    }

    private static Answer assign(FewestResource assignment, List<Resource> existing) {
        return assignment.assign(demand(existing, List.of()));
    }

    private static ResourceAssignment.Demand demand(List<Resource> existing, List<Resource> asked) {
        return new ResourceAssignment.Demand(CHILD, LOCAL, LOCAL, existing, List.of(), asked);
    }

    private static ResourceAssignment.Demand elsewhere(List<Resource> elsewhere, List<Resource> existing) {
        return new ResourceAssignment.Demand(CHILD, LOCAL, LOCAL, existing, elsewhere, List.of());
    }

    private static final IpAddress LOCAL = IpAddress.of("192.0.2.1");

    private static final ChildConfig CHILD = new ChildConfig("net", ChildConfig.Mode.TUNNEL, List.of(), List.of(),
            List.of(), ChildActions.NONE, ChildLifetime.DEFAULT, ChildConfig.PerCpu.YES, KernelOptions.DEFAULT);
}
