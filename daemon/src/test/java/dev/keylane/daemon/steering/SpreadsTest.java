package dev.keylane.daemon.steering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.Spread;
import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When a device is asked for; what its program does is shown where that is. */
class SpreadsTest {
    private final List<String> asked = new ArrayList<>();
    private final FakeNetwork network = new FakeNetwork();
    private final Spreads spreads = new Spreads(settings(), network, (device, cpus) -> {
        asked.add(device + " " + cpus);
        return new Outcome.Rejected<>(new Rejection.HookTaken(device, "program 7"));
    }, () -> List.of(0, 1));

    @Test
    void aDeviceIsAskedOnceForEachTimeItIsThere() {
        network.devices.put("eth1", 3);
        spreads.look();
        spreads.look();
        assertThat(asked).containsExactly("eth1 [0, 1]");
        network.devices.put("eth1", 4);
        network.devices.put("eth2", 5);
        spreads.look();
        assertThat(asked).containsExactly("eth1 [0, 1]", "eth1 [0, 1]", "eth2 [0, 2, 3]");
    }

    @Test
    void aDeviceThatRefusedIsAskedAgainNowAndThen() {
        network.devices.put("eth1", 3);
        for (int look = 0; look < 60; look++) {
            spreads.look();
        }
        assertThat(asked).containsExactly("eth1 [0, 1]", "eth1 [0, 1]", "eth1 [0, 1]");
    }

    @Test
    void whyItIsNotSpreadIsTold() {
        network.devices.put("eth1", 3);
        spreads.look();
        assertThat(spreads.snapshot().get(0).problem()).startsWith("eth1 already runs program 7");
        assertThat(spreads.snapshot().get(1).problem()).isEqualTo("there is no such device");
        assertThat(spreads.isFor("eth2")).isTrue();
        assertThat(spreads.isFor("eth3")).isFalse();
    }

    private static SteeringSettings settings() {
        Map<String, SteeringSettings.Device> devices = new LinkedHashMap<>();
        devices.put("eth1", new SteeringSettings.Device(Steering.UNSAID, Optional.of(Spread.AUTO)));
        devices.put("eth2", new SteeringSettings.Device(Steering.UNSAID, Optional.of(new Spread(CpuSet.of(0, 2, 3)))));
        devices.put("eth3", new SteeringSettings.Device(Steering.XDP, Optional.empty()));
        return new SteeringSettings(Steering.NONE, SteeringSettings.DEFAULT.directory(), SteeringSettings.DEFAULT.sas(), devices);
    }
}
