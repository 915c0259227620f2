package dev.keylane.daemon.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.keylane.daemon.control.ChildSnapshot;
import dev.keylane.daemon.control.Happening;
import dev.keylane.daemon.control.IkeSnapshot;
import dev.keylane.daemon.control.Outcome;
import dev.keylane.daemon.control.Samples;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.IkeSaView;
import org.junit.jupiter.api.Test;

class HappeningsTest {
    private final Happenings happenings = new Happenings();

    private void up(long id, Resource resource, long after) {
        ChildSnapshot child = Samples.child(id, resource);
        IkeSnapshot ike = Samples.ike(1, child);
        happenings.on(new Effect.ChildUp(ike.ike(), child.child()), Samples.NOW.plusSeconds(after));
    }

    @Test
    void sasOfManyCpusAreOne() {
        happenings.on(new Effect.IkeUp(Samples.ike(1).ike()), Samples.NOW);
        up(1, Resource.FALLBACK, 0);
        up(2, Resource.cpu(0), 0);
        up(3, Resource.cpu(1), 1);
        up(4, Resource.cpu(2), 3);
        up(5, Resource.cpu(0), 60);
        assertThat(happenings.latest()).extracting(Happening::kind, Happening::times, it -> it.cpus().toString())
                .containsExactly(tuple(Happening.Kind.CHILD_UP, 1, "0"),
                        tuple(Happening.Kind.CHILD_UP, 3, "0-2"),
                        tuple(Happening.Kind.CHILD_UP, 1, ""),
                        tuple(Happening.Kind.IKE_UP, 1, ""));
    }

    @Test
    void whatBecameOfTheFilesIsOneToo() {
        happenings.reloaded(Outcome.DONE, Samples.NOW);
        happenings.reloaded(new Outcome.Failed("nothing was changed: a.conf:3: mobike: no"), Samples.NOW.plusSeconds(9));
        happenings.reloaded(new Outcome.Failed("nothing was changed: a.conf:3: mobike: no"), Samples.NOW.plusSeconds(10));
        assertThat(happenings.latest()).extracting(Happening::kind, Happening::times, Happening::reason).containsExactly(
                tuple(Happening.Kind.RELOAD_FAILED, 2, "nothing was changed: a.conf:3: mobike: no"),
                tuple(Happening.Kind.RELOADED, 1, ""));
        assertThat(Happening.Kind.RELOAD_FAILED.isBad()).isTrue();
    }

    @Test
    void thereIsABound() {
        for (int i = 0; i < 1000; i++) {
            up(i, Resource.cpu(i % 7), 60L * i);
        }
        assertThat(happenings.latest()).hasSize(100);
        assertThat(happenings.latest().getFirst().at()).isEqualTo(Samples.NOW.plusSeconds(60 * 999));
    }

    @Test
    void strangersMakeNone() {
        IkeSnapshot halfOpen = Samples.ike(1, IkeSaView.State.CONNECTING, IkeSaView.Nat.NONE, null);
        happenings.on(new Effect.IkeDown(halfOpen.ike(), "no proof"), Samples.NOW);
        assertThat(happenings.latest()).isEmpty();
    }
}
