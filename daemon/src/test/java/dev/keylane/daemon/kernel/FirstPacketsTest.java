package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.SaSpec.Direction;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A child that the peer has asked for sends as soon as the peer has sent on it, and not before. */
class FirstPacketsTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private KernelSide side;
    private Instant now = Instant.EPOCH.plusSeconds(1_000);

    @BeforeEach
    void open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), null, "");
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"), settings, Samples.NETWORK,
                new Random(3), () -> 99);
        side.use(Samples.book(Samples.perCpu()));
        ChildLife.up(side, Samples.child(2, Samples.perCpu(), Resource.FALLBACK, 0), now);
        kernel.packets = 0;
    }

    @Test
    void itSendsOnceThePeerIsHeardOnIt() {
        half(3, 0);
        pass(Duration.ofSeconds(3));
        assertThat(senders()).as("a busy peer").isEqualTo(1);
        kernel.carried.put(inbound(3), 1L);
        pass(FirstPackets.LONGEST);
        assertThat(senders()).isEqualTo(2);
        kernel.take();
        pass(Duration.ofSeconds(3));
        assertThat(kernel.take()).as("there is nothing more to look for").noneMatch(XfrmRequest.GetSa.class::isInstance);
    }

    @Test
    void aQuickPeerIsNotKeptWaiting() {
        half(3, 0);
        kernel.carried.put(inbound(3), 1L);
        pass(FirstPackets.FIRST);
        assertThat(senders()).isEqualTo(2);
        assertThat(side.on(new Effect.CompleteChild(child(3, 0)), now)).as("the core learns of it later").isEmpty();
        assertThat(senders()).isEqualTo(2);
    }

    @Test
    void eachIsHeardByItself() {
        half(3, 0);
        half(4, 1);
        kernel.carried.put(inbound(4), 7L);
        pass(Duration.ofSeconds(1));
        assertThat(kernel.sas.values()).filteredOn(sa -> sa.direction() == Direction.OUT).extracting(SaSpec::cpu)
                .containsExactlyInAnyOrder(SaSpec.NO_CPU, 1);
    }

    @Test
    void whatIsGoneIsNotLookedFor() {
        ChildSa half = half(3, 0);
        ChildLife.down(side, half, now);
        pass(Duration.ofSeconds(1));
        assertThat(side.nextTimeout().filter(at -> !at.isAfter(now))).isEmpty();
        assertThat(senders()).isEqualTo(1);
    }

    @Test
    void aSilentPeerIsLookedAtEverMoreSeldom() {
        half(3, 0);
        pass(Duration.ofSeconds(4));
        assertThat(kernel.take().stream().filter(XfrmRequest.GetSa.class::isInstance)).hasSizeBetween(10, 20);
    }

    private ChildSa half(long id, int cpu) {
        ChildSa half = child(id, cpu);
        side.on(new Effect.InstallChild(half, Samples.keys(), true), now);
        side.on(new Effect.ChildUp(Samples.ike(), Samples.view(half)), now);
        return half;
    }

    /** Step by step, as the shard's clock does it. */
    private void pass(Duration time) {
        Instant end = now.plus(time);
        while (side.nextTimeout().filter(at -> !at.isAfter(end)).isPresent()) {
            now = side.nextTimeout().orElseThrow();
            side.onTime(now);
        }
        now = end;
    }

    private long senders() {
        return kernel.sas.values().stream().filter(sa -> sa.direction() == Direction.OUT).count();
    }

    private static ChildSa child(long id, int cpu) {
        return Samples.child(id, Samples.perCpu(), Resource.cpu(cpu), 0);
    }

    private static SaId inbound(long id) {
        return SaId.esp(LEFT, 0xc0000000 + (int) id);
    }
}
