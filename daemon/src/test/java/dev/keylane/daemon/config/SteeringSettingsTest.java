package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.KernelOptions.Steering;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SteeringSettingsTest {
    @Test
    void theConnectionsWordGoesBeforeTheDevices() {
        SteeringSettings settings = settings(Steering.AUTO, Steering.NTUPLE);
        assertThat(settings.of(Steering.XDP, "eth0")).isEqualTo(Steering.XDP);
        assertThat(settings.of(Steering.NONE, "eth0")).isEqualTo(Steering.NONE);
        assertThat(settings.of(Steering.UNSAID, "eth0")).isEqualTo(Steering.NTUPLE);
        assertThat(settings.of(Steering.UNSAID, "eth1")).isEqualTo(Steering.AUTO);
    }

    @Test
    void aDeviceThatIsToBeLeftAloneIsLeftAlone() {
        SteeringSettings settings = settings(Steering.AUTO, Steering.NONE);
        assertThat(settings.of(Steering.XDP, "eth0")).isEqualTo(Steering.NONE);
        assertThat(settings.of(Steering.XDP, "eth1")).isEqualTo(Steering.XDP);
    }

    @Test
    void lanesGetTheirSpisByQueuesUnlessSomethingElseIsSaid() {
        SteeringSettings silent = settings(Steering.UNSAID, Steering.UNSAID);
        assertThat(silent.of(Steering.UNSAID, "eth0")).as("and nothing else is done").isEqualTo(Steering.NONE);
        assertThat(silent.choosesForLanes(Steering.UNSAID, "eth0")).isTrue();
        assertThat(silent.choosesForLanes(Steering.SPI, "eth0")).isTrue();
        assertThat(silent.choosesForLanes(Steering.NONE, "eth0")).isFalse();
        assertThat(settings(Steering.NONE, Steering.UNSAID).choosesForLanes(Steering.UNSAID, "eth0")).isFalse();
        assertThat(settings(Steering.AUTO, Steering.XDP).choosesForLanes(Steering.UNSAID, "eth0")).isFalse();
        assertThat(settings(Steering.AUTO, Steering.NONE).choosesForLanes(Steering.SPI, "eth0")).isFalse();
        assertThat(settings(Steering.AUTO, Steering.NONE).choosesForLanes(Steering.UNSAID, "eth1")).isTrue();
    }

    private static SteeringSettings settings(Steering daemon, Steering device) {
        return new SteeringSettings(daemon, SteeringSettings.DEFAULT.directory(), SteeringSettings.DEFAULT.sas(),
                Map.of("eth0", new SteeringSettings.Device(device, Optional.empty())));
    }
}
