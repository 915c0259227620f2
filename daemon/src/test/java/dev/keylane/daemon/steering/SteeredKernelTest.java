package dev.keylane.daemon.steering;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.daemon.kernel.HostNetwork;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeredSa;
import dev.keylane.steering.Steering;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.Strategy;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The order of entries and SAs, which a list of all calls shows. */
class SteeredKernelTest {
    private static final IpAddress HERE = IpAddress.of("192.0.2.1");
    private static final IpAddress PEER = IpAddress.of("192.0.2.2");

    private static final SteeringSettings SETTINGS = new SteeringSettings(KernelOptions.Steering.XDP,
            SteeringSettings.DEFAULT.directory(), Map.of());

    private final List<String> calls = new ArrayList<>();
    private final List<SteeringStatus.Entry> left = new ArrayList<>();
    private Optional<Rejection> answer = Optional.empty();
    private final SteeredKernel kernel = new SteeredKernel(new Kernel(),
            new SaSteering(List.of(new OneStrategy()), SETTINGS, new OneDevice()));

    @Test
    void theEntryIsThereBeforeTheSaAndGoesAfterIt() {
        SaSpec sa = in(0x1001, 3);
        install(sa);
        kernel.submit(new XfrmRequest.DelSa(sa.id()));
        assertThat(calls).containsExactly("attach eth0", "steer 0x00001001 to 192.0.2.1 3", "NewSa", "DelSa",
                "unsteer 0x00001001 to 192.0.2.1");
    }

    @Test
    void inARekeyBothStand() {
        install(in(0x1001, 3));
        install(in(0x1002, 3));
        kernel.submit(new XfrmRequest.DelSa(in(0x1001, 3).id()));
        assertThat(calls).endsWith("steer 0x00001002 to 192.0.2.1 3", "NewSa", "DelSa", "unsteer 0x00001001 to 192.0.2.1");
    }

    @Test
    void theFallbackAndOutboundSasAreLeftAlone() {
        install(in(0x1001, SaSpec.NO_CPU));
        install(SaSample.out(HERE, PEER, 0x1002).cpu(2).spec());
        kernel.submit(new XfrmRequest.DelSa(in(0x1001, 0).id()));
        assertThat(calls).containsExactly("NewSa", "NewSa", "DelSa");
    }

    @Test
    void anSaThatIsNotSteeredIsInstalledAllTheSame() {
        answer = Optional.of(new Rejection.TableFull("eth0", 2));
        install(in(0x1001, 3));
        kernel.submit(new XfrmRequest.DelSa(in(0x1001, 3).id()));
        assertThat(calls).containsExactly("attach eth0", "steer 0x00001001 to 192.0.2.1 3", "NewSa", "DelSa");
    }

    @Test
    void entriesOfSasThatAreGoneAreRemovedWhenTheDeviceIsTakenOver() {
        left.add(new SteeringStatus.Entry(HERE, 0x9999, 1, 0));
        install(in(0x1001, 3));
        assertThat(calls).containsExactly("attach eth0", "unsteer 0x00009999 to 192.0.2.1",
                "steer 0x00001001 to 192.0.2.1 3", "NewSa");
    }

    @Test
    void aDeviceThatSteersNothingIsGivenUpInTheEnd() {
        install(in(0x1001, 3));
        kernel.submit(new XfrmRequest.DelSa(in(0x1001, 3).id()));
        kernel.close();
        assertThat(calls).endsWith("close kernel", "detach");
    }

    @Test
    void aDeviceThatSteersGoesOn() {
        install(in(0x1001, 3));
        kernel.close();
        assertThat(calls).endsWith("close kernel", "close");
    }

    private static SaSpec in(int spi, int cpu) {
        return SaSample.in(HERE, PEER, spi).cpu(cpu).spec();
    }

    private void install(SaSpec sa) {
        kernel.submit(new XfrmRequest.NewSa(sa, null));
    }

    private final class OneStrategy implements SteeringStrategy {
        @Override
        public Strategy kind() {
            return Strategy.XDP;
        }

        @Override
        public Fitness examine(String device) {
            return Fitness.fits("test");
        }

        @Override
        public Outcome<Steering> attach(String device) {
            calls.add("attach " + device);
            return new Outcome.Done<>(new OneSteering());
        }
    }

    private final class OneSteering implements Steering {
        @Override
        public Optional<Rejection> steer(SteeredSa sa, int cpu) {
            calls.add("steer " + sa + " " + cpu);
            return answer;
        }

        @Override
        public Optional<Rejection> unsteer(SteeredSa sa) {
            calls.add("unsteer " + sa);
            return Optional.empty();
        }

        @Override
        public SteeringStatus status() {
            return new SteeringStatus("eth0", Strategy.XDP, "native", 8, left, Map.of());
        }

        @Override
        public void detach() {
            calls.add("detach");
        }

        @Override
        public void close() {
            calls.add("close");
        }
    }

    private static final class OneDevice implements HostNetwork {
        @Override
        public Optional<String> deviceOf(IpAddress local) {
            return local.equals(HERE) ? Optional.of("eth0") : Optional.empty();
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

    private final class Kernel implements XfrmKernel {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public XfrmCapabilities capabilities() {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<XfrmAnswer> submit(List<XfrmRequest> requests) {
            requests.forEach(request -> calls.add(request.getClass().getSimpleName()));
            return requests.stream().<XfrmAnswer>map(_ -> new XfrmAnswer.Done()).toList();
        }

        @Override
        public List<SaInfo> dumpSas() {
            return List.of();
        }

        @Override
        public List<PolicyInfo> dumpPolicies() {
            return List.of();
        }

        @Override
        public void listen(Consumer<XfrmEvent> listener) {
        }

        @Override
        public void close() {
            calls.add("close kernel");
        }
    }
}
