package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment.Answer;
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
            existing.add(((Answer.Assigned) assignment.assign(existing)).resource());
        }
        assertThat(existing).containsExactly(Resource.FALLBACK, Resource.cpu(0), Resource.cpu(2), Resource.cpu(3),
                Resource.cpu(0), Resource.cpu(2), Resource.cpu(3));
        assertThat(assignment.assign(existing)).isEqualTo(new Answer.QueueFull());
    }

    @Test
    void aLostFallbackIsReplacedEvenWhenTheQueueIsFull() {
        List<Resource> bound = IntStream.range(0, 4).mapToObj(i -> Resource.cpu(i % 2)).toList();
        assertThat(FewestResource.twiceThe(CpuSet.first(2)).assign(bound))
                .isEqualTo(new Answer.Assigned(Resource.FALLBACK));
    }

    @Test
    void fillsTheGapsFirst() {
        assertThat(FewestResource.twiceThe(CpuSet.first(3))
                .assign(List.of(Resource.FALLBACK, Resource.cpu(0), Resource.cpu(2))))
                .isEqualTo(new Answer.Assigned(Resource.cpu(1)));
    }

    @Test
    void countsSasOfCpusThatWentAway() {
        List<Resource> existing = List.of(Resource.FALLBACK, Resource.cpu(7), Resource.cpu(8));
        assertThat(new FewestResource(CpuSet.first(1), 2).assign(existing)).isEqualTo(new Answer.QueueFull());
    }

    @Test
    void withoutCpusThereIsOnlyTheFirst() {
        FewestResource none = FewestResource.twiceThe(CpuSet.EMPTY);
        assertThat(none.assign(List.of())).isEqualTo(new Answer.Assigned(Resource.FALLBACK));
        assertThat(none.assign(List.of(Resource.FALLBACK))).isEqualTo(new Answer.QueueFull());
    }
}
