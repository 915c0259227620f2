package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.DeviceAbilities;
import dev.keylane.daemon.offload.DeviceIdentity;
import dev.keylane.daemon.offload.DeviceProbe;
import dev.keylane.daemon.offload.Probing;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.ProposalText;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What cannot work on the device is said before the peer is asked, and throw-away states leave nothing behind. */
class PacketLimitsTest {
    private final RecordingKernel kernel = new RecordingKernel();
    private final OwnedState owned = OwnedState.inMemory();
    private final List<String> told = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private DeviceIdentity identity = new DeviceIdentity(7, "mlx5_core", "22.41", "0000:03:00.0");
    private final DeviceAbilities abilities = new DeviceAbilities(Probing.atOnce(
            new DeviceProbe(new JournalledKernel(kernel, owned), (_, _) -> 0, new Random(1))::of), _ -> identity, () -> now,
            device -> told.add(device.toString()));
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
        abilities.changed("eth7");
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        assertThat(kernel.take()).as("what it could it is believed to do").isEmpty();
        abilities.refresh("eth7");
        assertThat(kernel.take()).isNotEmpty();
    }

    @Test
    void whatItCannotIsSaidInTheKernelsWords() {
        refuse(22, "EINVAL", "mlx5_core: Packet offload is not supported for tunnel mode",
                sa -> sa.mode() == SaSpec.Mode.TUNNEL);
        assertThat(against(HwOffload.PACKET, 32)).contains("children.net.hw_offload = packet: NEWSA: EINVAL (22): "
                + "mlx5_core: Packet offload is not supported for tunnel mode (eth7 has packet offload in transport mode only:"
                + " mode = transport, or hw_offload = auto)");
        refuse(22, "EINVAL", "mlx5_core: Unsupported replay window size", sa -> sa.replay().window() > 256);
        abilities.changed("eth7");
        assertThat(against(HwOffload.PACKET, 300)).contains("children.net.hw_offload = packet: replay_window = 300: NEWSA: "
                + "EINVAL (22): mlx5_core: Unsupported replay window size (eth7 has other sizes of replay windows: replay_window ="
                + " 32, 64, 128 or 256)");
    }

    /** Not all that is set otherwise is told. */
    @Test
    void aNoIsTriedAgainASecondLaterAndEverLaterWhileItStaysOne() {
        refuse(22, "EINVAL", "mlx5_core: Packet offload tunnel mode is disabled due to encap settings",
                sa -> sa.mode() == SaSpec.Mode.TUNNEL);
        for (int seconds : new int[] {1, 2, 4}) {
            kernel.take();
            assertThat(against(HwOffload.PACKET, 32)).isPresent();
            assertThat(kernel.take()).isNotEmpty();
            now = now.plusSeconds(seconds).minusMillis(1);
            assertThat(against(HwOffload.PACKET, 32)).isPresent();
            assertThat(kernel.take()).as("believed for " + seconds + " s").isEmpty();
            now = now.plusMillis(1);
        }
        abilities.changed("eth7");
        assertThat(against(HwOffload.PACKET, 32)).as("news").isPresent();
        kernel.refusal = _ -> Optional.empty();
        assertThat(against(HwOffload.PACKET, 32)).as("not at once").isPresent();
        now = now.plusSeconds(1);
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        assertThat(told).satisfiesExactly(
                no -> assertThat(no).startsWith("eth7: packet offload with replay windows of 32, 64, 128, 256, 1024 packets;"
                        + " crypto offload; not packet offload in tunnel mode: NEWSA: EINVAL (22): mlx5_core: Packet offload tunnel"),
                yes -> assertThat(yes).isEqualTo("eth7: packet offload with replay windows of 32, 64, 128, 256, 1024 packets;"
                        + " crypto offload"));
    }

    @Test
    void anotherDeviceOfTheSameNameIsTried() {
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        kernel.take();
        identity = new DeviceIdentity(7, "mlx5_core", "22.42", "0000:03:00.0");
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        assertThat(kernel.take()).as("its firmware is another one").isNotEmpty();
        abilities.changedAt(Set.of("0000:04:00.0"));
        abilities.refresh("eth7");
        assertThat(kernel.take()).as("another card was set up").isEmpty();
        abilities.changedAt(Set.of("0000:03:00.0"));
        abilities.refresh("eth7");
        assertThat(kernel.take()).isNotEmpty();
    }

    @Test
    void aNatThatShowsLaterIsAskedAbout() {
        refuse(22, "EINVAL", "mlx5_core: Encapsulation is supported in transport mode only",
                sa -> sa.mode() == SaSpec.Mode.TUNNEL && sa.encap() != null);
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        ChildConfig child = child(HwOffload.PACKET, 32);
        assertThat(limits.against(child, Samples.LEFT, false)).isEmpty();
        assertThat(limits.against(child, Samples.LEFT, true)).hasValueSatisfying(reason -> assertThat(reason).startsWith(
                "children.net.hw_offload = packet: in UDP, because of a NAT or encap = yes: NEWSA: EINVAL (22): mlx5_core:"
                        + " Encapsulation is supported in transport mode only (eth7 has no such ESP in UDP: "));
        assertThat(limits.against(child(HwOffload.AUTO, 32), Samples.LEFT, true)).as("it comes down").isEmpty();
    }

    /** So 32 bits are agreed on, with which it does the rest. */
    @Test
    void extendedNumbersAreNotAskedForWhereTheDeviceHasNone() {
        List<Proposal> open = ProposalText.parseEsp("aes128gcm16-esn-noesn, aes256gcm16-esn").orElseThrow();
        assertThat(limits.proposals(child(HwOffload.PACKET, open), Samples.LEFT)).as("it has them").isEqualTo(open);
        refuse(22, "EINVAL", "mlx5_core: Cannot offload ESN xfrm states", sa -> sa.replay().esn());
        abilities.changed("eth7");
        abilities.refresh("eth7");
        assertThat(limits.proposals(child(HwOffload.PACKET, open), Samples.LEFT)).map(ProposalText::print)
                .isEqualTo(printed("aes128gcm16-noesn"));
        assertThat(limits.proposals(child(HwOffload.AUTO, open), Samples.LEFT)).as("a peer may demand them")
                .map(ProposalText::print).isEqualTo(printed("aes128gcm16-noesn, aes128gcm16-esn-noesn, aes256gcm16-esn"));
        for (HwOffload offload : new HwOffload[] {HwOffload.NO, HwOffload.CRYPTO}) {
            assertThat(limits.proposals(child(offload, open), Samples.LEFT)).isEqualTo(open);
        }
        List<Proposal> demanded = ProposalText.parseEsp("aes128gcm16-esn").orElseThrow();
        assertThat(limits.proposals(child(HwOffload.AUTO, demanded), Samples.LEFT)).as("it comes down").isEqualTo(demanded);
        assertThat(limits.against(child(HwOffload.PACKET, demanded), Samples.LEFT, false)).hasValueSatisfying(reason ->
                assertThat(reason).contains("esp_proposals: NEWSA: EINVAL (22): mlx5_core: Cannot offload ESN xfrm states"));
    }

    private static List<String> printed(String proposals) {
        return ProposalText.parseEsp(proposals).orElseThrow().stream().map(ProposalText::print).toList();
    }

    @Test
    void whatIsLoadedIsTriedAtOnceAndAgainAfterALinkOrACardHasChanged() {
        OffloadDevices devices = new OffloadDevices(Probing.atOnce(_ -> null), abilities, limits);
        devices.use(book(child(HwOffload.NO, 32)));
        assertThat(kernel.take()).isEmpty();
        PolicyBook book = book(child(HwOffload.AUTO, 32));
        devices.use(book);
        assertThat(kernel.take()).isNotEmpty();
        devices.use(book);
        devices.onTime(now);
        assertThat(kernel.take()).as("nothing is new").isEmpty();
        devices.onLink(new LinkChange(Set.of("eth7"), LinkChange.State.UP, LinkChange.Keys.LOST), now);
        devices.onCard(new CardChange(Set.of("0000:03:00.0")), now);
        assertThat(devices.nextTimeout()).as("when it has settled").hasValue(now.plusSeconds(1));
        assertThat(kernel.take()).isEmpty();
        now = now.plusSeconds(1);
        devices.onTime(now);
        assertThat(kernel.take()).isNotEmpty();
        assertThat(devices.nextTimeout()).isEmpty();
        assertThat(told).as("it can what it could").hasSize(1);
    }

    /** Such as those of containers. */
    @Test
    void linksThatComeUpAllTheTimePutNothingOffForEver() {
        OffloadDevices devices = new OffloadDevices(Probing.atOnce(_ -> null), abilities, limits);
        devices.use(book(child(HwOffload.AUTO, 32)));
        abilities.changed("eth7");
        kernel.take();
        for (int i = 0; i < 10; i++) {
            devices.onLink(new LinkChange(Set.of("veth" + i), LinkChange.State.UP, LinkChange.Keys.LOST), now);
            now = now.plusMillis(500);
            devices.onTime(now);
        }
        assertThat(kernel.take()).as("after five seconds").isNotEmpty();
    }

    @Test
    void aBusyDeviceMayBeFreeByThen() {
        refuse(16, "EBUSY", "", SaSpec.class::isInstance);
        assertThat(against(HwOffload.PACKET, 32)).isEmpty();
        kernel.refusal = _ -> Optional.empty();
        kernel.take();
        now = now.plusSeconds(1);
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
        ChildConfig child = child(offload, window);
        return limits.reasonAgainst(Samples.connection(child), child);
    }

    private static ChildConfig child(HwOffload offload, int window) {
        return Samples.tunnel(ChildConfig.PerCpu.NO, new KernelOptions(true, false, 0, 0, window, offload, "",
                Marks.NONE, true, true, CopyDscp.OUT, false, 0));
    }

    private static ChildConfig child(HwOffload offload, List<Proposal> proposals) {
        ChildConfig c = child(offload, 0);
        return new ChildConfig(c.name(), c.mode(), proposals, c.localTs(), c.remoteTs(), c.actions(), c.lifetime(), c.perCpu(),
                c.kernel());
    }

    private static PolicyBook book(ChildConfig child) {
        return new PolicyBook(List.of(Samples.connection(child)), List.of());
    }
}
