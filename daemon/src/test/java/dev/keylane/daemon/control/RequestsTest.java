package dev.keylane.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.PolicyBook;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RequestsTest {
    private static final List<IkeSnapshot> SAS = List.of(
            Samples.ike(1, Samples.child(2, Resource.FALLBACK), Samples.child(3, Resource.cpu(0))), Samples.ike(4));
    private static final PolicyBook BOOK = new PolicyBook(List.of(Samples.connection("a", "x", false, false),
            Samples.connection("b", "x", false, false)), List.of());

    @Test
    void aSelectorOfChildrenMeansChildrenAndOneOfIkeSasMeansThose() {
        assertThat(targets("bf", null, null, null)).hasToString("[Child[id=2], Child[id=3]]");
        assertThat(targets(null, null, 3L, null)).hasToString("[Child[id=3]]");
        assertThat(targets("bf", null, null, 4L)).isEmpty();
        assertThat(targets(null, "BFL-BFR", null, null)).hasToString("[Ike[id=1], Ike[id=4]]");
        assertThat(targets(null, null, null, 4L)).hasToString("[Ike[id=4]]");
        assertThat(targets(null, "other", null, null)).isEmpty();
    }

    @Test
    void countsBecomeCharonsTexts() {
        assertThat(TerminateOutcome.of(0, 0).failure()).isEqualTo("no matching SAs to terminate found");
        assertThat(TerminateOutcome.of(1, 0).failure()).isEqualTo("terminating SA failed");
        assertThat(TerminateOutcome.of(3, 2).failure()).isEqualTo("not all matching SAs could be terminated");
        assertThat(TerminateOutcome.of(3, 3).failure()).isNull();
    }

    @Test
    void initiateFindsTheFirstConnectionWithTheChild() {
        assertThat(find("x", null)).isEqualTo("a");
        assertThat(find("x", "b")).isEqualTo("b");
        assertThat(find(null, "b")).isEqualTo("b");
        assertThat(find("y", "b")).isNull();
        assertThat(find(null, null)).isNull();
    }

    @Test
    void failuresAreToldInCharonsWords() {
        InitiateRequest child = new InitiateRequest("x", null, new Timeout(5_000));
        InitiateRequest ike = new InitiateRequest(null, "b", new Timeout(5_000));
        assertThat(Outcome.Failed.notFound(child).message()).isEqualTo("CHILD_SA config 'x' not found");
        assertThat(Outcome.Failed.timedOut(child).message()).isEqualTo("CHILD_SA 'x' not established after 5000ms");
        assertThat(Outcome.Failed.notEstablished(ike).message()).isEqualTo("establishing IKE_SA 'b' failed");
        assertThat(Outcome.Failed.limited(ike).message())
                .isEqualTo("establishing IKE_SA 'b' not possible at the moment due to limits");
    }

    private static @Nullable String find(@Nullable String child, @Nullable String ike) {
        return new InitiateRequest(child, ike, Timeout.FOREVER).find(BOOK).map(c -> c.name()).orElse(null);
    }

    private static List<TerminateRequest.Target> targets(@Nullable String child, @Nullable String ike,
                                                         @Nullable Long childId, @Nullable Long ikeId) {
        return new TerminateRequest(new SaSelector(child, ike, childId, ikeId), false, Timeout.FOREVER).targets(SAS);
    }
}
