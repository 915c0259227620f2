package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.sa.Effect;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.xfrm.XfrmRequest;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What comes before its SA is there waits for it, unless a device has to count it and cannot. */
class EarlyPacketsTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final List<String> told = new ArrayList<>();
    private KernelSide side;

    @BeforeEach
    void open() throws IOException {
        EarlyArrivals early = new EarlyArrivals() {
            @Override
            public void expect(int spi) {
                told.add("expect");
            }

            @Override
            public void release(int spi) {
                told.add("release");
            }

            @Override
            public void drop(int spi) {
                told.add("drop");
            }

            @Override
            public void close() {
            }
        };
        side = XfrmKernelSide.open(kernel, early, SendingCpus.unobserved("a test"),
                new KernelSettings(EndpointSettings.DEFAULT, PlanCpus.all(CpuSet.first(2)), Duration.ofSeconds(30), null, ""),
                Samples.NETWORK, new Random(3), () -> 1);
    }

    @ParameterizedTest
    @CsvSource({"NO, 32, release", "CRYPTO, 32, release", "AUTO, 0, release", "PACKET, 0, release", "PACKET, 32, drop",
            "AUTO, 64, drop"})
    void itIsHeldAndThenGoesOnOrNot(HwOffload offload, int window, String end) {
        ChildSa child = child(offload, window);
        side.on(new Effect.ChildOffered(child.terms().spiIn(), new SpiChoice.Use(child.config(), child.path(),
                child.resource(), false), 0), Instant.EPOCH);
        side.on(new Effect.InstallChild(child, Samples.keys(), false), Instant.EPOCH);
        assertThat(told).containsExactly("expect", end);
    }

    /** Linux keeps the window where a device has not been given the SA. */
    @Test
    void whereADeviceRefusesTheSaItGoesOn() {
        kernel.refusal = request -> request instanceof XfrmRequest.NewSa(var sa, _) && sa.offload() != null
                ? Optional.of(RecordingKernel.error("NEWSA", 16, "EBUSY", "")) : Optional.empty();
        side.on(new Effect.InstallChild(child(HwOffload.AUTO, 32), Samples.keys(), false), Instant.EPOCH);
        assertThat(told).containsExactly("release");
    }

    private static ChildSa child(HwOffload offload, int window) {
        KernelOptions d = KernelOptions.DEFAULT;
        KernelOptions options = new KernelOptions(d.policies(), d.policiesFwdOut(), d.reqid(), d.priority(), window, offload,
                d.device(), d.marks(), d.copyDf(), d.copyEcn(), d.copyDscp(), d.icmp(), d.tfcPadding());
        return Samples.child(2, Samples.tunnel(ChildConfig.PerCpu.NO, options), Resource.NONE, 0);
    }
}
