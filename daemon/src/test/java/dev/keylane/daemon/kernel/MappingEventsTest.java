package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel tells that ESP comes from elsewhere, and the core tells where SAs go. */
class MappingEventsTest {
    private static final IpEndpoint ELSEWHERE = new IpEndpoint(IpAddress.of("203.0.113.9"), 61_000);
    private static final Instant NOW = Instant.EPOCH;
    private final RecordingKernel kernel = new RecordingKernel();
    private final ChildSa child = Samples.withUdp(Samples.child(7, Samples.tunnel(), Resource.NONE, 0));
    private KernelSide side;

    @BeforeEach
    void open() throws IOException {
        KernelSettings settings = new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)),
                Duration.ofSeconds(30), null, "");
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                settings, Samples.NETWORK, new Random(3), () -> 1);
        side.on(new Effect.InstallChild(child, Samples.keys(), false), NOW);
    }

    private List<Event> mapping(SaId id, int oldPort) {
        return side.onKernelEvent(new XfrmEvent.Mapping(id, Samples.RIGHT, oldPort, ELSEWHERE.address(),
                ELSEWHERE.port()), NOW);
    }

    private static SaId inbound(ChildSa child) {
        return SaId.esp(Samples.LEFT, child.terms().spiIn());
    }

    @Test
    void aChildsNewSourceIsHandedOn() {
        assertThat(mapping(inbound(child), 4501)).containsExactly(new Event.PeerMoved(7, ELSEWHERE));
    }

    @Test
    void whatAcceptsAnyPortAndWhatIsUnknownTellsNothing() {
        assertThat(mapping(inbound(child), 0)).isEmpty();
        assertThat(mapping(SaId.esp(Samples.LEFT, 0x1234), 4501)).isEmpty();
    }

    @Test
    void movingFollowsAndTheNewNameIsKnown() {
        ChildSa moved = child.on(new Path(child.path().local(), ELSEWHERE));
        assertThat(side.on(new Effect.MoveChildren(List.of(moved)), NOW)).isEmpty();
        assertThat(kernel.sas).containsKey(SaId.esp(ELSEWHERE.address(), child.terms().spiOut()));
        assertThat(kernel.sas.get(inbound(child)).encap()).isEqualTo(new SaSpec.Encap(61_000, 4500));
        assertThat(side.onKernelEvent(new XfrmEvent.Expire(SaId.esp(ELSEWHERE.address(), child.terms().spiOut()), 1,
                SaSpec.NO_CPU, false), NOW)).containsExactly(new Event.RekeyChild(0, 7));
    }

    @Test
    void whatCannotMoveIsReplaced() {
        ChildSa moved = child.on(new Path(child.path().local(), ELSEWHERE));
        kernel.refuse(0, RecordingKernel.error("MIGRATE_STATE", 92, "ENOPROTOOPT", ""));
        assertThat(side.on(new Effect.MoveChildren(List.of(moved)), NOW)).containsExactly(new Event.RekeyChild(0, 7));
        assertThat(kernel.sas).containsKey(SaId.esp(Samples.RIGHT, child.terms().spiOut()));
    }
}
