package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaKeys;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Transport mode through a NAT: the receiver knows the sender by another address, RFC 3948 §3.1.2. */
class NatTransportTest {
    private static final IpAddress PRIVATE = IpAddress.of("10.0.0.5");
    private static final IpAddress NAT = IpAddress.of("198.51.100.1");
    private static final IpAddress SERVER = IpAddress.of("192.0.2.2");

    @Test
    void theChecksumIsMadeAnewForTheAddressesTheReceiverKnows() {
        ManualTimers timers = new ManualTimers();
        List<UdpDatagram> got = new ArrayList<>();
        SaSpec out = SaSample.out(PRIVATE, SERVER, 0xa001).encap(4500, 4500).spec();
        SaSpec in = SaSample.in(SERVER, NAT, 0xa001).encap(61_000, 4500).spec();
        SaKeys keys = SaSample.keys(out);
        Template template = new Template(PRIVATE, SERVER, SaSpec.Mode.TRANSPORT, SaSample.REQID, false);
        try (SoftwareXfrm server = new SoftwareXfrm(Kernels.settings(1, timers), (path, esp) -> true,
                packet -> got.add(UdpDatagram.of(packet)));
                SoftwareXfrm client = new SoftwareXfrm(Kernels.settings(1, timers),
                        (path, esp) -> server.input(new IpEndpoint(NAT, 61_000), SERVER, esp, 0, esp.length),
                        packet -> { })) {
            Pair.accept(server, new XfrmRequest.NewSa(in, keys));
            Pair.accept(client, new XfrmRequest.NewSa(out, keys));
            Pair.accept(client, new XfrmRequest.NewPolicy(
                    Pair.policy(PolicyId.Direction.OUT, Pair.hosts(PRIVATE, SERVER), template, false)));
            byte[] packet = Pair.udp(PRIVATE, SERVER, 42);
            assertThat(client.output(0, packet, 0, packet.length)).isEqualTo(OutputResult.SENT);
            assertThat(in.id()).isEqualTo(SaId.esp(SERVER, 0xa001));
        }
        assertThat(got).containsExactly(new UdpDatagram(new IpEndpoint(NAT, 1042), new IpEndpoint(SERVER, 4000),
                Octets.of(0, 0, 0, 42)));
    }
}
