package dev.keylane.daemon.steering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.child.UdpSources;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.ChildActions;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.ChildLifetime;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.ike.policy.KernelOptions.CopyDscp;
import dev.keylane.ike.policy.KernelOptions.HwOffload;
import dev.keylane.ike.policy.KernelOptions.Marks;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** A device that decrypts by itself knows no CPUs, and what it decrypts, no program sees: its queues go by SPIs. */
class LaneNumbersTest {
    private static final Path PATH = new Path(new IpEndpoint(SteeringRig.HERE, 500), new IpEndpoint(SteeringRig.PEER, 500));
    private static final int FIRST_DRAWN = 0xc0000001;

    @Test
    void lanesHaveTheNumbersOfQueues() {
        SteeringRig rig = hashing(Steering.AUTO);
        assertThat(choose(rig, HwOffload.PACKET, Resource.FALLBACK)).as("the one for all is the first").isEqualTo(0xc0000010);
        assertThat(choose(rig, HwOffload.PACKET, Resource.cpu(5))).isEqualTo(0xc0000005);
        assertThat(choose(rig, HwOffload.AUTO, Resource.cpu(6))).isEqualTo(0xc0000006);
        assertThat(rig.drain()).as("nothing is loaded for them").containsExactly("attach eth0 spi");
    }

    @Test
    void othersHaveAny() {
        SteeringRig rig = hashing(Steering.AUTO);
        assertThat(choose(rig, HwOffload.CRYPTO, Resource.cpu(5))).isEqualTo(FIRST_DRAWN);
        assertThat(choose(rig, HwOffload.PACKET, Resource.NONE)).isEqualTo(FIRST_DRAWN);
        assertThat(rig.drain()).isEmpty();
    }

    @Test
    void aDeviceThatIsNotSteeredByNumbersHasAnyForLanes() {
        for (Steering word : new Steering[] {Steering.NONE, Steering.XDP}) {
            SteeringRig rig = hashing(word);
            assertThat(choose(rig, HwOffload.PACKET, Resource.cpu(5))).isEqualTo(FIRST_DRAWN);
            assertThat(rig.drain()).isEmpty();
        }
    }

    @Test
    void inUdpThereIsNoSpiToHash() {
        SteeringRig rig = hashing(Steering.SPI);
        SpiChoice.Use use = new SpiChoice.Use(config(HwOffload.PACKET), PATH, Resource.cpu(5), true);
        assertThat(rig.steering.choose(use, counting())).isEqualTo(FIRST_DRAWN);
        assertThat(rig.steering.sourcePort(use, counting())).isEqualTo(UdpSources.ANY);
    }

    private static SteeringRig hashing(Steering word) {
        SteeringRig rig = new SteeringRig(word);
        rig.spi.numbers = Optional.of(new Sixteen());
        return rig;
    }

    private static int choose(SteeringRig rig, HwOffload offload, Resource resource) {
        return rig.steering.choose(new SpiChoice.Use(config(offload), PATH, resource, false), counting());
    }

    private static ChildConfig config(HwOffload offload) {
        return new ChildConfig("net", ChildConfig.Mode.TUNNEL, List.of(), List.of(), List.of(), ChildActions.NONE,
                ChildLifetime.DEFAULT, ChildConfig.PerCpu.YES, new KernelOptions(true, false, 0, 0, 32, offload, "", Marks.NONE,
                        true, true, CopyDscp.OUT, false, 0));
    }

    private static IntSupplier counting() {
        int[] drawn = {FIRST_DRAWN - 1};
        return () -> ++drawn[0];
    }

    /** As many queues, and the last digit of an SPI says which. */
    private static final class Sixteen implements NumberChoice {
        @Override
        public Outcome<Integer> spi(IpAddress peer, IpAddress local, int cpu, IntSupplier random) {
            return new Outcome.Rejected<>(new Rejection.NoQueueOfCpu("eth0", cpu));
        }

        @Override
        public Outcome<Integer> laneSpi(IpAddress peer, IpAddress local, int lane, IntSupplier random) {
            int spi;
            do {
                spi = random.getAsInt();
            } while ((spi & 0xf) != lane);
            return new Outcome.Done<>(spi);
        }

        @Override
        public Outcome<Integer> sourcePort(IpAddress peer, IpEndpoint local, int cpu, IntSupplier random) {
            return new Outcome.Done<>(0xc000);
        }
    }
}
