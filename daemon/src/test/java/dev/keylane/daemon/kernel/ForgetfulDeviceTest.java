package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.KeyLoss;
import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.Selectors;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig.PerCpu;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device, here eth7, whose policies are used and whose counters stand still, though the kernel has all it should have. */
class ForgetfulDeviceTest {
    private static final ChildConfig PACKET = Samples.tunnel(PerCpu.NO, new KernelOptions(true, false, 0, 0, 32,
            HwOffload.PACKET, "", Marks.NONE, true, true, CopyDscp.OUT, false, 0));
    private final RecordingKernel kernel = new RecordingKernel();
    private XfrmKernelSide side;
    private Instant now = Instant.EPOCH.plusSeconds(1_000);
    @TempDir
    private Path directory;

    @BeforeEach
    void open() throws IOException {
        side = XfrmKernelSide.open(kernel, EarlyArrivals.DROPPED, SendingCpus.unobserved("a test"),
                new KernelSettings(EndpointSettings.DEFAULT, (_, _) -> CpuSet.EMPTY, Duration.ofSeconds(30),
                        directory.resolve("journal"), "boot"), Samples.NETWORK, new Random(3), new AtomicLong()::incrementAndGet);
        side.use(Samples.book(PACKET));
        kernel.packets = 0;
    }

    @Test
    void whatItHasForgottenIsTakenOutOfTheKernelAndKeyedAnew() {
        install(2);
        assertThat(used(Duration.ofSeconds(9))).as("drivers are slow to count").isEmpty();
        assertThat(used(Duration.ofSeconds(4))).contains(new Event.RekeyChild(0, 2));
        assertThat(kernel.sas).as("keys that the device may have sent by").isEmpty();
        assertThat(kernel.policies.values()).as("nothing passes in the clear meanwhile")
                .filteredOn(policy -> policy.id().direction() != PolicyId.Direction.FWD)
                .extracting(PolicySpec::action).containsExactly(PolicySpec.Action.BLOCK, PolicySpec.Action.BLOCK);
        assertThat(side.offloads().lost()).isEqualTo(Map.of(new KeyLoss("eth7", KeyLoss.Reason.FORGOTTEN), 1L));
        install(3);
        assertThat(offloaded()).as("policies are there again").hasSize(2);
        assertThat(kernel.sas).hasSize(2);
    }

    @Test
    void aLiarHasThatDoneToItOnceInTenMinutes() {
        install(2);
        used(Duration.ofSeconds(13));
        install(3);
        side.on(new Effect.RemoveChild(Samples.child(2, PACKET, Resource.NONE, 0)), now);
        assertThat(used(Duration.ofSeconds(590))).isEmpty();
        assertThat(offloaded()).hasSize(2);
        assertThat(used(Duration.ofSeconds(20))).contains(new Event.RekeyChild(0, 3));
    }

    /** A next hop that is gone looks the same, and is no reason to take away what others use, be it now and then. */
    @Test
    void oneThatSendsForOthersNowAndThenMayHaveForgottenAnSa() {
        install(2);
        ChildSa other = Samples.child(3, PACKET, Resource.NONE, 0, new Selectors(List.of(Samples.LEFT_NET),
                List.of(TrafficSelector.subnet(IpAddress.of("10.3.0.0"), 16))));
        install(other);
        List<Event> events = new ArrayList<>();
        for (long round = 0; round < 60; round++) {
            for (SaId sa : List.copyOf(kernel.sas.keySet())) {
                if (sa.spi() == other.terms().spiOut()) {
                    kernel.carried.put(sa, 1 + round / 2);
                }
            }
            events.addAll(used(Duration.ofSeconds(3)));
        }
        assertThat(events).as("new keys, once").containsExactly(new Event.RekeyChild(0, 2));
        assertThat(side.offloads().lost()).isEmpty();
        assertThat(kernel.sas).hasSize(4);
    }

    private void install(long id) {
        install(Samples.child(id, PACKET, Resource.NONE, 0));
    }

    private void install(ChildSa child) {
        ChildLife.up(side, child, now);
    }

    /** Packets meet the policies all the time. */
    private List<Event> used(Duration time) {
        now = now.plus(time);
        return ChildLife.until(now, side, due -> kernel.used = due.getEpochSecond());
    }

    private List<PolicySpec> offloaded() {
        return kernel.policies.values().stream().filter(policy -> policy.offload() != null).toList();
    }
}
