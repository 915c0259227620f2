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
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;

/** A device that decrypts by itself knows no CPUs, and what it decrypts, no program sees: its queues go by SPIs. */
class LaneNumbersTest {
    private static final Path PATH = new Path(new IpEndpoint(SteeringRig.HERE, 500), new IpEndpoint(SteeringRig.PEER, 500));
    private static final int FIRST_DRAWN = 0xc0000001;

    @Test
    void lanesOfAChildHaveQueuesOfTheirOwn() {
        for (Steering word : new Steering[] {Steering.UNSAID, Steering.AUTO, Steering.SPI}) {
            SteeringRig rig = hashing(word);
            int first = queue(choose(rig, HwOffload.PACKET, Resource.FALLBACK));
            for (int lane = 1; lane < 16; lane++) {
                assertThat(queue(choose(rig, HwOffload.PACKET, Resource.cpu(lane)))).isEqualTo((first + lane) % 16);
            }
            assertThat(queue(choose(rig, HwOffload.AUTO, Resource.cpu(6)))).isEqualTo((first + 6) % 16);
            assertThat(rig.drain()).as("the device is looked at, and nothing is loaded").containsExactly("attach eth0 spi");
        }
    }

    /** A thousand children of one lane shall not meet on the first queue. */
    @Test
    void childrenBeginAtDifferentQueues() {
        SteeringRig rig = hashing(Steering.UNSAID);
        Set<Integer> first = new HashSet<>();
        for (int peer = 1; peer < 200; peer++) {
            Path path = new Path(PATH.local(), new IpEndpoint(IpAddress.of("192.0.2." + peer), 500));
            first.add(queue(rig.steering.choose(new SpiChoice.Use(config(HwOffload.PACKET, ""), path, Resource.FALLBACK,
                    false), counting())));
        }
        assertThat(first).hasSize(16);
    }

    @Test
    void theDeviceIsTheOneThatIsNamed() {
        SteeringRig rig = hashing(Steering.UNSAID);
        rig.steering.choose(new SpiChoice.Use(config(HwOffload.PACKET, "eth1"), PATH, Resource.cpu(5), false), counting());
        assertThat(rig.drain()).containsExactly("attach eth1 spi");
    }

    @Test
    void aDeviceIsLookedAtAgainLater() {
        SteeringRig rig = hashing(Steering.UNSAID);
        rig.spi.refusesDevices = Optional.of(new Rejection.NoSuchDevice("eth0"));
        assertThat(choose(rig, HwOffload.PACKET, Resource.cpu(5))).isEqualTo(FIRST_DRAWN);
        assertThat(choose(rig, HwOffload.PACKET, Resource.cpu(5))).isEqualTo(FIRST_DRAWN);
        assertThat(rig.drain()).containsExactly("attach eth0 spi");
        rig.spi.refusesDevices = Optional.empty();
        rig.steering.look(PolicyBook.EMPTY, List.of());
        choose(rig, HwOffload.PACKET, Resource.cpu(5));
        assertThat(rig.drain()).containsExactly("attach eth0 spi");
    }

    @Test
    void othersHaveAny() {
        SteeringRig rig = hashing(Steering.AUTO);
        assertThat(choose(rig, HwOffload.CRYPTO, Resource.cpu(5))).isEqualTo(FIRST_DRAWN);
        assertThat(choose(rig, HwOffload.PACKET, Resource.NONE)).isEqualTo(FIRST_DRAWN);
        assertThat(rig.drain()).isEmpty();
    }

    @Test
    void whereOtherWaysAreWantedLanesHaveAny() {
        for (Steering word : new Steering[] {Steering.NONE, Steering.XDP, Steering.NTUPLE}) {
            SteeringRig rig = hashing(word);
            assertThat(choose(rig, HwOffload.PACKET, Resource.cpu(5))).isEqualTo(FIRST_DRAWN);
            assertThat(rig.drain()).isEmpty();
        }
    }

    @Test
    void inUdpThereIsNoSpiToHash() {
        SteeringRig rig = hashing(Steering.SPI);
        SpiChoice.Use use = new SpiChoice.Use(config(HwOffload.PACKET, ""), PATH, Resource.cpu(5), true);
        assertThat(rig.steering.choose(use, counting())).isEqualTo(FIRST_DRAWN);
        assertThat(rig.steering.sourcePort(use, counting())).isEqualTo(UdpSources.ANY);
    }

    private static SteeringRig hashing(Steering word) {
        SteeringRig rig = new SteeringRig(word);
        rig.spi.numbers = Optional.of(new Sixteen());
        return rig;
    }

    private static int choose(SteeringRig rig, HwOffload offload, Resource resource) {
        return rig.steering.choose(new SpiChoice.Use(config(offload, ""), PATH, resource, false), counting());
    }

    private static int queue(int spi) {
        return spi & 0xf;
    }

    private static ChildConfig config(HwOffload offload, String device) {
        return new ChildConfig("net", ChildConfig.Mode.TUNNEL, List.of(), List.of(), List.of(), ChildActions.NONE,
                ChildLifetime.DEFAULT, ChildConfig.PerCpu.YES, new KernelOptions(true, false, 0, 0, 32, offload, device, Marks.NONE,
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
            } while (queue(spi) != lane % 16);
            return new Outcome.Done<>(spi);
        }

        @Override
        public Outcome<Integer> sourcePort(IpAddress peer, IpEndpoint local, int cpu, IntSupplier random) {
            return new Outcome.Done<>(0xc000);
        }
    }
}
