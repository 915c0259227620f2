package dev.keylane.daemon.steering;

import dev.keylane.daemon.config.SteeringSettings;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.steering.SteeringStrategy;
import dev.keylane.steering.Strategy;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A steered kernel with one device, eth0, that has one address; all that is done is in {@link #calls}. */
final class SteeringRig {
    static final IpAddress HERE = IpAddress.of("192.0.2.1");
    static final IpAddress PEER = IpAddress.of("192.0.2.2");

    final List<String> calls = new ArrayList<>();
    final FakeWay xdp = new FakeWay(Strategy.XDP, calls);
    final FakeWay ntuple = new FakeWay(Strategy.NTUPLE, calls);
    final FakeWay spi = new FakeWay(Strategy.SPI, calls);
    final FakeNetwork network = new FakeNetwork();
    final SaSteering steering;
    final SteeredKernel kernel;
    /** What the kernel has when it is asked. */
    final List<SaInfo> installed = new ArrayList<>();
    Optional<XfrmError> refusal = Optional.empty();

    SteeringRig(Steering daemon) {
        this(daemon, Map.of());
    }

    SteeringRig(Steering daemon, Map<String, Steering> devices) {
        network.addresses.put(HERE, "eth0");
        network.devices.put("eth0", 2);
        Map<String, SteeringSettings.Device> said = new HashMap<>();
        devices.forEach((name, word) -> said.put(name, new SteeringSettings.Device(word, Optional.empty())));
        SteeringSettings settings = new SteeringSettings(daemon, SteeringSettings.DEFAULT.directory(), SteeringSettings.DEFAULT.sas(), said);
        List<SteeringStrategy> ways = List.of(spi, ntuple, xdp);
        steering = new SaSteering(ways, settings, network, new Spreads(settings, network, (_, _) -> {
            throw new AssertionError();
        }), () -> installed);
        kernel = new SteeredKernel(new Kernel(), steering);
    }

    static SaSpec in(int number, int cpu) {
        return SaSample.in(HERE, PEER, number).cpu(cpu).spec();
    }

    static SaInfo info(SaSpec sa) {
        return new SaInfo(sa.id(), sa.source(), sa.direction(), sa.mode(), sa.reqid(), sa.cpu(), false,
                new SaInfo.Counters(0, 0, 0, 0), 0, null, null, false);
    }

    void install(SaSpec sa) {
        kernel.submit(new XfrmRequest.NewSa(sa, null));
    }

    void remove(SaSpec sa) {
        kernel.submit(new XfrmRequest.DelSa(sa.id()));
    }

    List<String> drain() {
        List<String> all = List.copyOf(calls);
        calls.clear();
        return all;
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
            return requests.stream().map(_ -> refusal.<XfrmAnswer>map(XfrmAnswer.Refused::new)
                    .orElseGet(XfrmAnswer.Done::new)).toList();
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
