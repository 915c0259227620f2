package dev.keylane.xfrm.software;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.XfrmKernel;
import dev.keylane.xfrm.XfrmKernelContract;
import dev.keylane.xfrm.contract.KernelUnderTest;
import dev.keylane.xfrm.contract.TrafficProbe;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.time.Duration;
import java.util.function.Consumer;

class SoftwareXfrmContractTest extends XfrmKernelContract {
    @Override
    protected void withKernel(Consumer<KernelUnderTest> body) {
        ManualTimers timers = new ManualTimers();
        try (SoftwareXfrm kernel = new SoftwareXfrm(Kernels.settings(4, timers), (path, esp) -> true, packet -> { })) {
            body.accept(new World(kernel, timers, new Probe(kernel)));
        }
    }

    private record World(SoftwareXfrm software, ManualTimers timers, TrafficProbe traffic) implements KernelUnderTest {
        @Override
        public XfrmKernel kernel() {
            return software;
        }

        @Override
        public Duration acquireExpiry() {
            return Kernels.ACQUIRE_EXPIRES;
        }

        @Override
        public void elapse(Duration time) {
            timers.pass(time);
        }
    }

    private record Probe(SoftwareXfrm kernel) implements TrafficProbe {
        @Override
        public IpAddress local() {
            return IpAddress.of("192.0.2.1");
        }

        @Override
        public IpAddress remote() {
            return IpAddress.of("192.0.2.2");
        }

        @Override
        public void send(int cpu) {
            byte[] packet = new UdpDatagram(new IpEndpoint(local(), 40_000), new IpEndpoint(remote(), PORT),
                    Octets.of(1, 2, 3)).toPacket();
            kernel.output(cpu, packet, 0, packet.length);
        }
    }
}
