package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.Configuration;
import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.child.ResourceAssignment.Answer;
import dev.keylane.ike.child.ResourceAssignment.Demand;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.ChildConfig;
import dev.keylane.ike.policy.PerCpuMode;
import dev.keylane.ike.policy.PerCpuOptions;
import dev.keylane.ike.policy.PerCpuOptions.Cpus;
import dev.keylane.pcpu.CpuSet;
import dev.keylane.pcpu.CpuTopology;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.software.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class CpuChoiceTest {
    private static final IpAddress LOCAL = IpAddress.of("192.0.2.1");
    private static final IpAddress PEER = IpAddress.of("192.0.2.2");
    private final Machine machine = new Machine();
    private final CpuChoice choice = new CpuChoice(machine, new OneDevice());

    @Test
    void followsCpusThatComeAndGo() {
        assertThat(choice.of(child(new Cpus.Auto()), LOCAL)).isEqualTo(CpuSet.first(4));
        assertThat(choice.look()).isFalse();
        machine.online = CpuSet.of(0, 2, 7);
        assertThat(choice.look()).isTrue();
        assertThat(choice.of(child(new Cpus.Auto()), LOCAL)).isEqualTo(CpuSet.of(0, 2, 7));
        assertThat(choice.look()).isFalse();
    }

    @Test
    void takesAListedCpuWhenItIsOnline() {
        ChildConfig child = child(new Cpus.Listed(List.of(1, 7)));
        assertThat(choice.of(child, LOCAL)).isEqualTo(CpuSet.of(1));
        machine.online = CpuSet.first(8);
        choice.look();
        assertThat(choice.of(child, LOCAL)).isEqualTo(CpuSet.of(1, 7));
    }

    @Test
    void followsTheQueuesOfTheDeviceAtASlowerPace() {
        ChildConfig child = child(new Cpus.Queues());
        assertThat(choice.of(child, LOCAL)).isEqualTo(CpuSet.of(1, 2));
        machine.queues = CpuSet.of(3);
        int looks = 1;
        while (!choice.look()) {
            looks++;
        }
        assertThat(looks).isEqualTo(5);
        assertThat(choice.of(child, LOCAL)).isEqualTo(CpuSet.of(3));
    }

    @Test
    void takesAllWhereNoQueuesAreKnown() {
        machine.queues = CpuSet.EMPTY;
        assertThat(choice.of(child(new Cpus.Queues()), LOCAL)).isEqualTo(CpuSet.first(4));
        assertThat(choice.of(child(new Cpus.Queues()), IpAddress.of("192.0.2.9"))).isEqualTo(CpuSet.first(4));
    }

    @Test
    void thePeersSasGoWhereOursWould() {
        ChildConfig child = child(new Cpus.Listed(List.of(2)));
        assertThat(choice.assign(new Demand(child, LOCAL, PEER, List.of(Resource.FALLBACK), List.of(), List.of())))
                .isEqualTo(new Answer.Assigned(Resource.cpu(2)));
        machine.online = CpuSet.first(2);
        choice.look();
        assertThat(choice.assign(new Demand(child, LOCAL, PEER, List.of(Resource.FALLBACK), List.of(), List.of())))
                .as("it is offline").isEqualTo(new Answer.QueueFull());
    }

    private static ChildConfig child(Cpus cpus) {
        ChildConfig c = Configuration.load(List.of(Path.of("../examples/demo/left.conf"))).book().connections()
                .getFirst().children().getFirst();
        return new ChildConfig(c.name(), c.mode(), c.proposals(), c.localTs(), c.remoteTs(), c.actions(), c.lifetime(),
                c.perCpu(), c.kernel(), new PerCpuOptions(PerCpuMode.DEMAND, cpus, 0));
    }

    private static final class Machine implements KernelPlace {
        CpuSet online = CpuSet.first(4);
        CpuSet queues = CpuSet.of(1, 2);

        @Override
        public XfrmKernel open(Wire wire) {
            throw new UnsupportedOperationException();
        }

        @Override
        public CpuTopology topology() {
            return CpuTopology.of(online);
        }

        @Override
        public CpuSet queueCpus(String device) {
            assertThat(device).isEqualTo("eth0");
            return queues;
        }

        @Override
        public Duration acquireExpires() {
            return Duration.ofSeconds(30);
        }

        @Override
        public boolean isLinux() {
            return true;
        }

        @Override
        public void close() {
        }
    }

    record OneDevice() implements HostNetwork {
        @Override
        public Optional<String> deviceOf(IpAddress local) {
            return local.equals(LOCAL) ? Optional.of("eth0") : Optional.empty();
        }

        @Override
        public OptionalInt indexOf(String device) {
            return OptionalInt.empty();
        }

        @Override
        public Optional<IpAddress> sourceFor(IpAddress remote) {
            return Optional.empty();
        }
    }
}
