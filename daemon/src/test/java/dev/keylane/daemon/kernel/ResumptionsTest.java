package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** However many peers were inherited, other things get their turn. */
class ResumptionsTest {
    private final Resumptions resumptions = new Resumptions(EndpointSettings.DEFAULT, Samples.NETWORK);
    private Instant now = Instant.EPOCH.plusSeconds(1_000);

    @Test
    void manyAreInitiatedAFewAtATime() {
        Set<ChildName> inherited = inherit(1_000);
        List<Event> events = new ArrayList<>();
        int turns = 0;
        while (resumptions.next().isPresent()) {
            List<Event> some = resumptions.onTime(inherited, now);
            assertThat(some).hasSizeBetween(1, 100);
            events.addAll(some);
            turns++;
            now = now.plus(Duration.ofMillis(50));
        }
        assertThat(events).doesNotHaveDuplicates().hasSize(1_000);
        assertThat(turns).isEqualTo(10);
    }

    @Test
    void whatFailsComesAgainAndNothingElseDoes() {
        Set<ChildName> inherited = inherit(2);
        List<Event> first = resumptions.onTime(inherited, now);
        assertThat(first).hasSize(2);
        assertThat(resumptions.next()).isEmpty();
        resumptions.requestDone(new Effect.RequestDone(((Event.Initiate) first.getFirst()).request(), "no answer"), now);
        assertThat(resumptions.next()).contains(now.plusSeconds(5));
        now = now.plusSeconds(5);
        assertThat(resumptions.onTime(inherited, now)).hasSize(1);
        assertThat(resumptions.next()).isEmpty();
    }

    private Set<ChildName> inherit(int peers) {
        ChildConfig child = Samples.tunnel();
        Connection one = Samples.connection(child);
        List<Connection> many = IntStream.range(0, peers).mapToObj(peer -> new Connection("peer" + peer, one.endpoints(),
                one.proposals(), one.local(), one.remote(), one.options(), one.children())).toList();
        Set<ChildName> inherited = new HashSet<>();
        many.forEach(connection -> inherited.add(new ChildName(connection.name(), child.name())));
        resumptions.use(new PolicyBook(many, List.of()), inherited);
        return inherited;
    }
}
