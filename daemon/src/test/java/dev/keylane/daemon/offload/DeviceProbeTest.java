package dev.keylane.daemon.offload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ethtool.Ethtool;
import dev.keylane.linux.Errno;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmRequest;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceProbeTest {
    private static final Ethtool CARD = (_, command) -> {
        byte[] name = "lanenic".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, command, 4, name.length);
        return 0;
    };
    private final FakeCard kernel = new FakeCard();

    @AfterEach
    void nothingIsLeft() {
        assertThat(kernel.sas).isEmpty();
        assertThat(kernel.policies).isEmpty();
    }

    @Test
    void aCardThatTakesEverythingCanEverything() {
        Abilities abilities = probe();
        assertThat(abilities.driver()).isEqualTo("lanenic");
        assertThat(Stream.of(Ability.values())).allMatch(abilities::can).allMatch(each -> abilities.words(each).isEmpty());
        assertThat(abilities.packet()).isTrue();
        assertThat(kernel.installed).as("one for each, two for duplicates").isEqualTo(15);
    }

    /** Whoever tries a device may be ended amid that, and nobody knows its states afterwards. */
    @Test
    void whatIsTriedWithGoesByItself() {
        probe();
        assertThat(kernel.sent).filteredOn(XfrmRequest.NewSa.class::isInstance).isNotEmpty()
                .allMatch(request -> ((XfrmRequest.NewSa) request).sa().lifetime().hardSeconds() == 60);
    }

    @Test
    void eachNoHasTheKernelsWords() {
        kernel.refusesState = sa -> sa.encap() != null && sa.mode() == SaSpec.Mode.TUNNEL;
        kernel.refusesPolicy = policy -> policy.id().selector().protocol() == 58;
        Abilities abilities = probe();
        assertThat(Stream.of(Ability.values()).filter(each -> !abilities.can(each)))
                .containsExactly(Ability.UDP_TUNNEL, Ability.ICMPV6);
        assertThat(abilities.words(Ability.UDP_TUNNEL)).isEqualTo("NEWSA: EINVAL (22): card: no");
        assertThat(abilities.words(Ability.ICMPV6)).isEqualTo("NEWPOLICY: EINVAL (22): card: no policy");
        assertThat(abilities.packet()).isTrue();
    }

    @Test
    void cryptoOffloadThatIsDoneInSoftwareIsNone() {
        kernel.crypto = false;
        assertThat(probe().can(Ability.CRYPTO)).isFalse();
        assertThat(probe().words(Ability.CRYPTO)).isEqualTo("accepted, but done in software");
    }

    @Test
    void withoutPoliciesThereIsNoPacketOffload() {
        kernel.refusesPolicy = policy -> policy.priority() != 0;
        assertThat(probe().packet()).isFalse();
        assertThat(probe().packetWords()).isEqualTo("NEWPOLICY: EINVAL (22): card: no policy");
    }

    @Test
    void theSmallestWindowThatIsLargeEnough() {
        kernel.refusesState = sa -> sa.direction() == SaSpec.Direction.IN
                && (sa.replay().window() == 64 || sa.replay().window() > 256);
        Abilities abilities = probe();
        assertThat(abilities.window(0)).hasValue(32);
        assertThat(abilities.window(33)).hasValue(128);
        assertThat(abilities.window(256)).hasValue(256);
        assertThat(abilities.window(257)).isEqualTo(OptionalInt.empty());
    }

    /** Whatever has its name is somebody's, as little as that is to be expected. */
    @Test
    void whatWasRefusedIsNotDeletedEither() {
        kernel.refusesPolicy = _ -> true;
        kernel.refusesState = _ -> true;
        probe();
        assertThat(kernel.sent).hasSize(Ability.values().length)
                .noneMatch(each -> each instanceof XfrmRequest.DelPolicy || each instanceof XfrmRequest.DelSa);
    }

    @Test
    void aDeviceThatDoesNotSayHasNoDriver() {
        assertThat(new DeviceProbe(kernel, (_, _) -> -Errno.EINVAL, new Random(1)).of("eth9").driver()).isEmpty();
    }

    private Abilities probe() {
        return new DeviceProbe(kernel, CARD, new Random(1)).of("eth9");
    }
}
