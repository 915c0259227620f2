package dev.keylane.ike.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.sim.SeededRandom;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.Octets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PendingRequestsTest {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");
    private static final List<Octets> DATAGRAMS = List.of(Octets.of(1, 2, 3));
    private final PendingRequests requests = new PendingRequests(new Retransmission(Duration.ofSeconds(4), 1.8, 5),
            new SeededRandom(1), 7);

    /** charon's defaults give up after 165 seconds. */
    @Test
    void waitsGrowUntilThePeerIsGivenUp() {
        requests.sent(ExchangeType.INFORMATIONAL, DATAGRAMS, START);
        List<Long> waits = new ArrayList<>();
        Instant now = START;
        Retry retry;
        do {
            Instant due = requests.deadline().orElseThrow();
            assertThat(requests.retry(due.minusMillis(1))).isEqualTo(new Retry.NothingDue());
            waits.add(Duration.between(now, due).toMillis());
            now = due;
            retry = requests.retry(now);
            if (retry instanceof Retry.Again again) {
                assertThat(again.request().datagrams()).isEqualTo(DATAGRAMS);
                assertThat(again.request().sent()).isEqualTo(waits.size() + 1);
            }
        } while (retry instanceof Retry.Again);
        assertThat(waits).containsExactly(4000L, 7200L, 12_960L, 23_328L, 41_990L, 75_583L);
        assertThat(retry).isInstanceOf(Retry.GaveUp.class);
        assertThat(requests.deadline()).isEmpty();
        assertThat(requests.canSend(0)).isTrue();
    }

    @Test
    void theWindowIsOneUntilThePeerAnnouncesAnother() {
        assertThat(requests.nextId()).isEqualTo(7);
        requests.sent(ExchangeType.INFORMATIONAL, DATAGRAMS, START);
        assertThat(requests.canSend(0)).isFalse();
        assertThat(requests.nextId()).isEqualTo(8);
        assertThat(requests.answered(8)).isEmpty();
        assertThat(requests.answered(7)).isPresent();
        assertThat(requests.answered(7)).isEmpty();
        assertThat(requests.canSend(0)).isTrue();
    }

    /** RFC 7296 §2.3: request X waits for all answers up to X minus the window, not for any that many. */
    @Test
    void theOldestUnansweredRequestHoldsTheWindow() {
        requests.widen(3);
        requests.widen(2);
        for (int i = 0; i < 3; i++) {
            assertThat(requests.canSend(0)).isTrue();
            requests.sent(ExchangeType.INFORMATIONAL, DATAGRAMS, START);
        }
        assertThat(requests.canSend(0)).isFalse();
        requests.answered(8);
        requests.answered(9);
        assertThat(requests.canSend(0)).isFalse();
        requests.answered(7);
        assertThat(requests.canSend(2)).isTrue();
        assertThat(requests.canSend(3)).isFalse();
    }

    @Test
    void whateverThePeerAnnouncesWhatIsKeptIsBounded() {
        requests.widen(Integer.MAX_VALUE);
        int sent = 0;
        while (requests.canSend(0)) {
            requests.sent(ExchangeType.INFORMATIONAL, DATAGRAMS, START);
            sent++;
        }
        assertThat(sent).isEqualTo(256);
    }

    @Test
    void aLimitedWaitIsNoLongerAndJitterOnlyShortensIt() {
        Retransmission jittered = new Retransmission(Duration.ofSeconds(4), 1.8, 5, 20, Duration.ofSeconds(10));
        SeededRandom random = new SeededRandom(2);
        List<Long> waits = Stream.generate(() -> jittered.wait(5, random).toMillis()).limit(200).toList();
        assertThat(waits).allMatch(wait -> wait >= 8000 && wait <= 10_000).anyMatch(wait -> wait < 8500)
                .anyMatch(wait -> wait > 9500);
        assertThat(new Retransmission(Duration.ofSeconds(4), 1.8, 5).wait(3, random)).isEqualTo(Duration.ofMillis(12_960));
    }
}
