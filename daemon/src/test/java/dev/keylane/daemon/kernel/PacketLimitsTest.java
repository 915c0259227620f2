package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.DeviceAbilities;
import dev.keylane.daemon.offload.DeviceProbe;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What cannot work on the device is said before the peer is asked, and throw-away states leave nothing behind. */
class PacketLimitsTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final OwnedState owned = OwnedState.inMemory();
    private final DeviceAbilities abilities = new DeviceAbilities(
            new DeviceProbe(new JournalledKernel(kernel, owned), (_, _) -> 0, new Random(1))::of);
    private final PacketLimits limits = new PacketLimits(Samples.NETWORK, abilities);

    @AfterEach
    void nothingIsLeft() {
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
        assertThat(owned.live()).isEmpty();
    }

    @Test
    void aDeviceThatCanIsTriedOnce() {
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        assertThat(kernel.take()).isNotEmpty();
        assertThat(against(HwOffload.PACKET, 200)).isEmpty();
        assertThat(kernel.take()).isEmpty();
        abilities.forget("eth7");
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        assertThat(kernel.take()).isNotEmpty();
    }

    @Test
    void whatItCannotIsSaidInTheKernelsWords() {
        refuse(22, "EINVAL", "mlx5_core: Packet offload is not supported for tunnel mode",
                sa -> sa.mode() == SaSpec.Mode.TUNNEL);
        assertThat(against(HwOffload.PACKET, 32)).contains("children.net.hw_offload = packet: NEWSA: EINVAL (22): "
                + "mlx5_core: Packet offload is not supported for tunnel mode");
        refuse(22, "EINVAL", "mlx5_core: Unsupported replay window size", sa -> sa.replay().window() > 256);
        abilities.forget("eth7");
        assertThat(against(HwOffload.PACKET, 300)).contains("children.net.hw_offload = packet: replay_window = 300: NEWSA: "
                + "EINVAL (22): mlx5_core: Unsupported replay window size");
    }

    @Test
    void aBusyDeviceMayBeFreeByThen() {
        refuse(16, "EBUSY", "", SaSpec.class::isInstance);
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        kernel.refusal = _ -> Optional.empty();
        kernel.take();
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        assertThat(kernel.take()).as("it is tried again").isNotEmpty();
    }

    @Test
    void whoCanDoWithLessIsNotAsked() {
        for (HwOffload offload : new HwOffload[] {HwOffload.NO, HwOffload.CRYPTO, HwOffload.AUTO}) {
            assertThat(against(offload, 32)).isEmpty();
        }
        assertThat(kernel.take()).isEmpty();
    }

    private void refuse(int errno, String name, String text, Predicate<SaSpec> which) {
        kernel.refusal = request -> request instanceof XfrmRequest.NewSa(var sa, _) && which.test(sa)
                ? Optional.of(new XfrmError("NEWSA", errno, name, text)) : Optional.empty();
    }

    private Optional<String> against(HwOffload offload, int window) {
        ChildConfig child = Samples.tunnel(ChildConfig.PerCpu.NO, new KernelOptions(true, false, 0, 0, window, offload, "",
                Marks.NONE, true, true, CopyDscp.OUT, false, 0));
        return limits.reasonAgainst(Samples.connection(child), child);
    }
}
