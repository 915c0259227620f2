package dev.keylane.daemon.steering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.steering.SteeringStatus;
import java.util.List;
import org.junit.jupiter.api.Test;

class StraysTest {
    @Test
    void entriesOfAnEarlierDaemonGoAfterTheirSas() {
        SteeringRig rig = new SteeringRig(Steering.XDP);
        rig.xdp.left.put("eth0", List.of(entry(0x1001, 3), entry(0x1002, 2)));
        rig.installed.add(SteeringRig.info(SteeringRig.in(0x1001, 3)));
        rig.installed.add(SteeringRig.info(SteeringRig.in(0x1002, 2)));
        rig.install(SteeringRig.in(0x1003, 1));
        assertThat(rig.drain()).containsExactly("attach eth0 xdp", "steer eth0 1003 1", "NewSa");
        rig.installed.removeFirst();
        rig.remove(SteeringRig.in(0x1001, 3));
        assertThat(rig.drain()).containsExactly("DelSa");
        rig.steering.look(PolicyBook.EMPTY, List.of());
        assertThat(rig.drain()).containsExactly("unsteer eth0 1001");
        rig.steering.look(PolicyBook.EMPTY, List.of());
        assertThat(rig.drain()).isEmpty();
    }

    private static SteeringStatus.Entry entry(int spi, int cpu) {
        return new SteeringStatus.Entry(SteeringRig.HERE, spi, cpu, 0);
    }
}
