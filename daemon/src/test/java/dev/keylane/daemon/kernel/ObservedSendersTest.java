package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SAs on demand without the acquire flag: fallback SAs are watched, and what sends over them gets its own. */
class ObservedSendersTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final ToldSenders senders = new ToldSenders();
    private KernelSide side;
    private CpuSet cpus = CpuSet.first(3);
    private Instant now = Instant.EPOCH.plusSeconds(1_000);

    @BeforeEach
    void open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, (_, _) -> cpus,
                Duration.ofSeconds(30), null, "");
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, senders, settings, Samples.NETWORK, new Random(3),
                () -> 1);
        side.use(Samples.book(Samples.perCpu()));
    }

    @Test
    void eachCpuThatSendsIsAskedForOnceAndTheFlagStaysOff() {
        up(2, Resource.FALLBACK);
        assertThat(senders.watched).containsExactly("esp/d0000002/" + RIGHT);
        Event.Initiate first = initiate(sends(2, 1));
        assertThat(first.trigger().resource()).isEqualTo(Resource.cpu(1));
        assertThat(sends(2, 1)).as("asked for already").isEmpty();
        initiate(sends(2, 2));
        up(3, Resource.cpu(1));
        up(4, Resource.cpu(2));
        assertThat(senders.watched).as("CPU 0 has not sent").hasSize(1);
        assertThat(side.senders().plans()).isEqualTo(Map.of("program", 1L));
        initiate(sends(2, 0));
        up(5, Resource.cpu(0));
        assertThat(senders.watched).as("all have theirs").isEmpty();
        assertThat(sends(2, 0)).as("told late").isEmpty();
        assertThat(kernel.take().toString()).doesNotContain("cpuAcquire=true");
        assertThat(side.nextTimeout()).as("nothing to look at").isPresent();
        side.onTime(now.plusSeconds(2));
        assertThat(side.nextTimeout()).isEmpty();
    }

    @Test
    void inARekeyBothFallbacksAreWatched() {
        up(2, Resource.FALLBACK);
        up(3, Resource.FALLBACK);
        assertThat(senders.watched).hasSize(2);
        initiate(sends(2, 0));
        initiate(sends(3, 1));
        down(2, Resource.FALLBACK);
        assertThat(senders.watched).containsExactly("esp/d0000003/" + RIGHT);
        down(3, Resource.FALLBACK);
        assertThat(senders.watched).isEmpty();
        assertThat(sends(3, 2)).isEmpty();
    }

    /** The CPU goes on sending over the fallback, and is asked for again when the hold-off is over. */
    @Test
    void aCpuThatWasRefusedIsToldAgain() {
        up(2, Resource.FALLBACK);
        Event.Initiate request = initiate(sends(2, 0));
        side.on(new Effect.RequestDone(request.request(), "received TS_UNACCEPTABLE"), now);
        assertThat(sends(2, 1)).as("held off").isEmpty();
        now = now.plusSeconds(11);
        side.onTime(now);
        assertThat(senders.watched).hasSize(1);
        initiate(sends(2, 0));
        initiate(sends(2, 1));
    }

    /** It was heard while nobody wanted to know. */
    @Test
    void aCpuThatComesBackIntoTheSetIsAskedAnew() {
        up(2, Resource.FALLBACK);
        cpus = CpuSet.first(2);
        side.onCpus(now);
        assertThat(sends(2, 2)).as("not one of ours").isEmpty();
        assertThat(senders.again).isEmpty();
        cpus = CpuSet.first(3);
        side.onCpus(now);
        assertThat(senders.again).containsExactly("esp/d0000002/" + RIGHT);
        initiate(sends(2, 2));
    }

    @Test
    void withoutAnObserverTheFlagTells() {
        senders.refusal = Optional.of("no TCX here");
        up(2, Resource.FALLBACK);
        assertThat(senders.watched).isEmpty();
        assertThat(side.senders().plans()).isEqualTo(Map.of("acquires", 1L));
        assertThat(side.senders().problem()).isEqualTo(senders.refusal.orElseThrow());
        assertThat(side.senders().devices()).containsExactly("eth0");
        assertThat(kernel.policies.values().stream().filter(PolicySpec::cpuAcquire)).hasSize(1);
        senders.refusal = Optional.empty();
        up(3, Resource.FALLBACK);
        assertThat(kernel.policies.values()).as("tried again with the next fallback").noneMatch(PolicySpec::cpuAcquire);
        assertThat(side.senders().problem()).isEmpty();
        assertThat(senders.watched).hasSize(2);
    }

    @Test
    void anObserverThatIsLostIsReplacedByTheFlag() {
        up(2, Resource.FALLBACK);
        assertThat(side.nextTimeout()).contains(now.plusSeconds(2));
        side.onTime(now.plusSeconds(2));
        assertThat(side.nextTimeout()).contains(now.plusSeconds(4));
        senders.lost.add(new SendingCpus.Lost(SaId.esp(RIGHT, 0xd0000002), "its device has gone"));
        side.onTime(now.plusSeconds(4));
        assertThat(senders.watched).isEmpty();
        assertThat(kernel.policies.values().stream().filter(PolicySpec::cpuAcquire)).hasSize(1);
    }

    @Test
    void closingClosesTheObserver() {
        up(2, Resource.FALLBACK);
        side.close();
        assertThat(senders.closed).isTrue();
    }

    private List<Event> sends(long child, int cpu) {
        return side.onCpuSends(SaId.esp(RIGHT, 0xd0000000 + (int) child), cpu, now);
    }

    private static Event.Initiate initiate(List<Event> events) {
        assertThat(events).hasSize(1);
        return (Event.Initiate) events.getFirst();
    }

    private void up(long id, Resource resource) {
        ChildLife.up(side, Samples.child(id, Samples.perCpu(), resource, 0), now);
    }

    private void down(long id, Resource resource) {
        ChildLife.down(side, Samples.child(id, Samples.perCpu(), resource, 0), now);
    }
}
