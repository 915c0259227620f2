package dev.keylane.daemon.kernel;

import static dev.keylane.daemon.kernel.Samples.LEFT;
import static dev.keylane.daemon.kernel.Samples.RIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.ChildTerms;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two tenants with the same addresses, told apart by marks, whose peers happen to have chosen the same SPI. */
class TenantsTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final Instant now = Instant.EPOCH.plusSeconds(1_000);
    private KernelSide side;

    @BeforeEach
    void twoTenants() throws IOException {
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                new KernelSettings(EndpointSettings.DEFAULT, (_, _) -> CpuSet.EMPTY, Duration.ofSeconds(30), null, ""),
                Samples.NETWORK, new Random(3), new AtomicLong()::incrementAndGet);
        side.use(PolicyBook.EMPTY);
        for (int mark = 1; mark <= 2; mark++) {
            assertThat(side.on(new Effect.InstallChild(tenant(mark), Samples.keys(), false), now))
                    .contains(new Event.ChildInstalled(mark, mark));
        }
    }

    @Test
    void haveSasOfTheirOwn() {
        assertThat(kernel.sas).hasSize(4);
        assertThat(kernel.policies).hasSize(6);
    }

    @Test
    void hearOfTheirOwnSas() {
        assertThat(aged(new SaId(RIGHT, SHARED_SPI, SaId.ESP, new Mark(1, MASK)))).containsExactly(new Event.RekeyChild(0, 1));
        assertThat(aged(new SaId(RIGHT, SHARED_SPI, SaId.ESP, new Mark(2, MASK)))).containsExactly(new Event.RekeyChild(0, 2));
        assertThat(aged(SaId.esp(LEFT, tenant(2).terms().spiIn()))).containsExactly(new Event.RekeyChild(0, 2));
    }

    @Test
    void whatOneLeavesIsNotTheOthers() {
        side.on(new Effect.RemoveChild(tenant(1)), now);
        side.onTime(now.plusSeconds(10));
        assertThat(kernel.sas.keySet()).containsExactlyInAnyOrder(SaId.esp(LEFT, tenant(2).terms().spiIn()),
                new SaId(RIGHT, SHARED_SPI, SaId.ESP, new Mark(2, MASK)));
        assertThat(kernel.policies).hasSize(3);
        assertThat(aged(new SaId(RIGHT, SHARED_SPI, SaId.ESP, new Mark(2, MASK)))).containsExactly(new Event.RekeyChild(0, 2));
    }

    private List<Event> aged(SaId id) {
        return side.onKernelEvent(new XfrmEvent.Expire(id, 1, SaSpec.NO_CPU, false), now);
    }

    private static ChildSa tenant(int mark) {
        KernelOptions.Mark of = new KernelOptions.Mark(mark, MASK);
        Marks marks = new Marks(of, of, false, KernelOptions.Mark.NONE, KernelOptions.Mark.NONE, 0, 0);
        ChildSa child = Samples.child(mark, Samples.tunnel(PerCpu.NO, new KernelOptions(true, false, 0, 0, 32, HwOffload.NO,
                "", marks, true, true, CopyDscp.OUT, false, 0)), Resource.NONE, 0);
        ChildTerms t = child.terms();
        return new ChildSa(mark, mark, "tenant" + mark, child.config(),
                new ChildTerms(t.spiIn(), SHARED_SPI, t.suite(), t.mode(), t.selectors(), false), child.path(),
                child.resource(), 0);
    }

    private static final int SHARED_SPI = 0xd0d0d0d0;
    private static final int MASK = 0xff;
}
