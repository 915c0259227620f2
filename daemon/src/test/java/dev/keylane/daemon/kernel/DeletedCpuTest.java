package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.SaSpec.Direction;
import dev.keylane.xfrm.XfrmEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SA of a single CPU is deleted while both ends have packets under way. */
class DeletedCpuTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final Instant now = Instant.EPOCH.plusSeconds(1_000);
    private KernelSide side;

    @BeforeEach
    void open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), null, "");
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"), settings, Samples.NETWORK, new Random(3), () -> 99);
        side.use(Samples.book(Samples.perCpu()));
        up(child(2, Resource.FALLBACK));
    }

    @Test
    void itSendsNoMoreAtOnceAndReceivesAMomentLonger() {
        down(up(child(3, Resource.cpu(0))));
        assertThat(cpus(Direction.OUT)).containsExactly(SaSpec.NO_CPU);
        assertThat(cpus(Direction.IN)).containsExactlyInAnyOrder(SaSpec.NO_CPU, 0);
        assertThat(side.nextTimeout().orElseThrow()).isBeforeOrEqualTo(now.plus(Retiring.GRACE));
        side.onTime(now.plus(Retiring.GRACE).minusMillis(1));
        assertThat(cpus(Direction.IN)).containsExactlyInAnyOrder(SaSpec.NO_CPU, 0);
        side.onTime(now.plus(Retiring.GRACE));
        assertThat(cpus(Direction.IN)).containsExactly(SaSpec.NO_CPU);
    }

    /** We delete it: what is sent until the peer has answered goes over the SA of all CPUs. */
    @Test
    void itSendsNoMoreFromWhenThePeerIsToDeleteIt() {
        ChildSa child = up(child(3, Resource.cpu(0)));
        side.on(new Effect.StopSending(child), now);
        assertThat(cpus(Direction.OUT)).containsExactly(SaSpec.NO_CPU);
        assertThat(cpus(Direction.IN)).containsExactlyInAnyOrder(SaSpec.NO_CPU, 0);
        assertThat(side.onKernelEvent(new XfrmEvent.Overrun(), now)).as("nothing is missing").isEmpty();
        down(child);
        side.onTime(now.plus(Retiring.GRACE));
        assertThat(cpus(Direction.IN)).containsExactly(SaSpec.NO_CPU);
    }

    /** A packet may have chosen it already. */
    @Test
    void oneThatIsReplacedKeepsItsOutboundSaForAMoment() {
        ChildSa old = up(child(3, Resource.cpu(0)));
        up(child(4, Resource.cpu(0)));
        side.on(new Effect.StopSending(old), now);
        assertThat(cpus(Direction.OUT)).containsExactlyInAnyOrder(SaSpec.NO_CPU, 0, 0);
    }

    @Test
    void whatOnlyReceivesIsNotTakenForExpired() {
        down(up(child(3, Resource.cpu(0))));
        assertThat(side.onKernelEvent(new XfrmEvent.Overrun(), now)).isEmpty();
    }

    @Test
    void itsCpuMayHaveAnotherMeanwhile() {
        down(up(child(3, Resource.cpu(0))));
        up(child(4, Resource.cpu(0)));
        side.onTime(now.plus(Retiring.GRACE));
        assertThat(cpus(Direction.OUT)).containsExactlyInAnyOrder(SaSpec.NO_CPU, 0);
        assertThat(cpus(Direction.IN)).containsExactlyInAnyOrder(SaSpec.NO_CPU, 0);
    }

    @Test
    void theFallbackGoesAtOnce() {
        down(child(2, Resource.FALLBACK));
        assertThat(kernel.sas).isEmpty();
    }

    @Test
    void nothingIsLeftWhenTheDaemonEndsMeanwhile() {
        down(up(child(3, Resource.cpu(0))));
        side.close();
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
    }

    private static ChildSa child(long id, Resource resource) {
        return Samples.child(id, Samples.perCpu(), resource, 0);
    }

    private ChildSa up(ChildSa child) {
        return ChildLife.up(side, child, now);
    }

    private void down(ChildSa child) {
        ChildLife.down(side, child, now);
    }

    private List<Integer> cpus(Direction direction) {
        return kernel.sas.values().stream().filter(sa -> sa.direction() == direction).map(SaSpec::cpu).toList();
    }
}
