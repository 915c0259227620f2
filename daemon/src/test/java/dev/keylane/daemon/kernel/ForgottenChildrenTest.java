package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.sa.Effect;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.SaId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A peer that has begun anew goes on sending on SAs that its kernel has kept. */
class ForgottenChildrenTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final Instant now = Instant.EPOCH.plusSeconds(1_000);
    private KernelSide side;

    @BeforeEach
    void open() throws IOException {
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)), Duration.ofSeconds(30), null, ""),
                Samples.NETWORK, new Random(3), () -> 1);
    }

    @Test
    void whatIsSentHasNewSasAtOnceWhileTheOldOnesStillTakeWhatComes() {
        List<ChildSa> old = keyed(Samples.perCpu());
        side.on(new Effect.PeerForgot(old), now);
        side.on(new Effect.InstallChild(Samples.child(4, Samples.perCpu(), Resource.FALLBACK, 0), Samples.keys(), false), now);
        old.forEach(child -> ChildLife.down(side, child, now));
        assertThat(kernel.sas).hasSize(6);
        assertThat(reqid(Direction.OUT)).isEqualTo(2);
        assertThat(reqid(Direction.IN)).isZero();
        ChildLife.up(side, Samples.child(5, Samples.perCpu(), Resource.cpu(1), 0), now);
        side.onTime(now.plus(Departures.GRACE).minusMillis(1));
        assertThat(kernel.sas).hasSize(8);
        assertThat(side.nextTimeout()).contains(now.plus(Departures.GRACE));
        side.onTime(now.plus(Departures.GRACE));
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(in(4), out(4), in(5), out(5));
        assertThat(reqid(Direction.IN)).isEqualTo(2);
    }

    @Test
    void withAConfiguredNumberACpusOldSaSendsNoMore() {
        ChildConfig numbered = Samples.tunnel(ChildConfig.PerCpu.YES, Samples.numbered(77));
        List<ChildSa> old = keyed(numbered);
        side.on(new Effect.PeerForgot(old), now);
        old.forEach(child -> ChildLife.down(side, child, now));
        assertThat(kernel.sas).as("until there is another").hasSize(4);
        ChildLife.up(side, Samples.child(4, numbered, Resource.FALLBACK, 0), now);
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(in(2), out(2), in(3), in(4), out(4));
        side.onTime(now.plus(Departures.GRACE));
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(in(4), out(4));
    }

    /** The peer's device has the new SAs only a moment after the answer, and can make nothing of what comes before. */
    @Test
    void whereADeviceEncryptsTheOldSasSendAMomentLonger() {
        kernel.packets = 0;
        ChildConfig packet = Samples.tunnel(ChildConfig.PerCpu.NO, offloaded());
        ChildSa old = ChildLife.up(side, Samples.child(2, packet, Resource.NONE, 0), now);
        side.on(new Effect.PeerForgot(List.of(old)), now);
        side.on(new Effect.InstallChild(Samples.child(4, packet, Resource.NONE, 0), Samples.keys(), false), now);
        ChildLife.down(side, old, now);
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(in(2), out(2), in(4));
        side.onTime(now.plus(Departures.WAIT).minusMillis(1));
        assertThat(kernel.sas).as("the peer has not been heard on it").doesNotContainKey(out(4));
        side.onTime(now.plus(Departures.WAIT));
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(in(2), in(4), out(4));
        side.onTime(now.plus(Departures.WAIT).plus(Departures.GRACE));
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(in(4), out(4));
        side.on(new Effect.InstallChild(Samples.child(5, packet, Resource.NONE, 0), Samples.keys(), false), now);
        assertThat(kernel.sas).as("nobody has begun anew").containsKeys(in(5), out(5));
    }

    private static KernelOptions offloaded() {
        KernelOptions d = KernelOptions.DEFAULT;
        return new KernelOptions(d.policies(), d.policiesFwdOut(), d.reqid(), d.priority(), d.replayWindow(),
                KernelOptions.HwOffload.PACKET, d.device(), d.marks(), d.copyDf(), d.copyEcn(), d.copyDscp(), d.icmp(),
                d.tfcPadding());
    }

    @Test
    void withoutANewChildTheyGoByThemselves() {
        List<ChildSa> old = keyed(Samples.perCpu());
        side.on(new Effect.PeerForgot(old), now);
        old.forEach(child -> ChildLife.down(side, child, now));
        assertThat(kernel.policies).hasSize(3);
        side.onTime(now.plus(Departures.GRACE));
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
    }

    /** All peers begin anew, as after a failure of their power: each looks at its own children alone. */
    @Test
    void aThousandPeersAtOnceCostNoMoreThanEach() {
        ChildConfig numbered = Samples.tunnel(ChildConfig.PerCpu.YES, Samples.numbered(77));
        List<ChildSa> old = IntStream.range(0, 1000).mapToObj(i -> at(i, 2 + i, numbered, Resource.cpu(1))).toList();
        Duration cost = CpuTime.of(() -> {
            old.forEach(child -> ChildLife.up(side, child, now));
            side.on(new Effect.PeerForgot(old), now);
            old.forEach(child -> ChildLife.down(side, child, now));
            for (int i = 0; i < old.size(); i++) {
                ChildLife.up(side, at(i, 2000 + i, numbered, Resource.FALLBACK), now);
            }
        });
        assertThat(cost).isLessThan(Duration.ofSeconds(5));
        assertThat(kernel.sas).as("new pairs, and what the old ones may still get").hasSize(3000);
        side.onTime(now.plus(Departures.GRACE));
        assertThat(kernel.sas).hasSize(2000);
    }

    private static ChildSa at(int peer, long id, ChildConfig config, Resource resource) {
        IpAddress address = IpAddress.of("10.9." + (peer >> 8) + "." + (peer & 0xff));
        ChildSa child = Samples.child(id, config, resource, 0,
                new Selectors(List.of(Samples.LEFT_NET), List.of(TrafficSelector.subnet(address, 32))));
        return new ChildSa(id, child.ikeSa(), child.connection(), config, child.terms(),
                new Path(child.path().local(), new IpEndpoint(address, 4500)), resource, 0);
    }

    private List<ChildSa> keyed(ChildConfig config) {
        return List.of(ChildLife.up(side, Samples.child(2, config, Resource.FALLBACK, 0), now),
                ChildLife.up(side, Samples.child(3, config, Resource.cpu(1), 0), now));
    }

    private int reqid(Direction direction) {
        return kernel.policies.values().stream().filter(policy -> policy.id().direction() == direction).findFirst()
                .orElseThrow().reqid();
    }

    private static SaId out(long child) {
        return SaId.esp(Samples.RIGHT, (int) (0xd0000000L + child));
    }

    private static SaId in(long child) {
        return SaId.esp(Samples.LEFT, (int) (0xc0000000L + child));
    }
}
