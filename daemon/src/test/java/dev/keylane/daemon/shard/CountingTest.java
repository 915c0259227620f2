package dev.keylane.daemon.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sa.Effect;
import org.junit.jupiter.api.Test;

class CountingTest {
    @Test
    void countsChildrenThatDidNotComeUp() {
        Counting counting = new Counting();
        assertThat(counting.totals().childrenFailed()).isZero();
        counting.on(new Effect.ChildFailed(0, "c", "net", Resource.cpu(1), 7, 14, "NO_PROPOSAL_CHOSEN"));
        counting.on(new Effect.ChildFailed(0, "c", "net", Resource.NONE, 0, 0, "timed out"));
        assertThat(counting.totals().childrenFailed()).isEqualTo(2);
        assertThat(counting.totals().retransmitted()).isZero();
    }
}
