package dev.keylane.xfrm.kernel;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import dev.keylane.linux.NetNamespace;
import dev.keylane.linux.Sockets;
import dev.keylane.netlink.Native;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmAnswer;
import dev.keylane.xfrm.XfrmEvent;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.contract.Scene;
import dev.keylane.xfrm.contract.TrafficProbe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;

/** A second namespace at the end of the link sends ESP in UDP, from another port than the inbound state expects. */
final class MovingPeer {
    private static final IpAddress HERE = IpAddress.of("10.77.0.1");
    private static final IpAddress THERE = IpAddress.of("10.77.0.2");
    private static final int SPI = 0x5001;
    private static final int SOCK_DGRAM = 2;
    private static final int IPPROTO_UDP = 17;
    private static final int UDP_ENCAP = 100;
    private static final int UDP_ENCAP_ESPINUDP = 2;

    private MovingPeer() {
    }

    static void run(Scene scene) {
        SaSpec in = SaSample.in(HERE, THERE, SPI).replay(true, 64).encap(4500, 4500).spec();
        receive(scene, in, 1, () -> expectMapping(scene, in, 4500));
    }

    /** Where any port will do, a change of port is told once, not with every packet. */
    static void anyPort(Scene scene) {
        SaSpec in = SaSample.in(HERE, THERE, SPI).replay(true, 64).encap(0, 4500).spec();
        receive(scene, in, 10, () -> {
            expectMapping(scene, in, 0);
            scene.expectSilence();
        });
    }

    private static void receive(Scene scene, SaSpec in, int packets, Runnable expect) {
        scene.listen();
        scene.accept(Scene.newSa(in));
        try (Fd nat = Sockets.socket(Sockets.AF_INET, SOCK_DGRAM, 0)) {
            bind(nat, 4500);
            LinuxException.check("UDP_ENCAP", Sockets.setOption(nat, IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP));
            NetNamespace.runBeside(peer -> NetNamespace.ip("link set kl1 netns " + peer), () -> {
                send(packets);
                expect.run();
                long counted = scene.read(in).counters().packets();
                if (counted != packets) {
                    throw new AssertionError(counted + " packets arrived of " + packets);
                }
            });
        }
    }

    private static void expectMapping(Scene scene, SaSpec in, int oldPort) {
        XfrmEvent.Mapping mapping = scene.await(XfrmEvent.Mapping.class);
        XfrmEvent.Mapping expected = new XfrmEvent.Mapping(in.id(), THERE, oldPort, THERE, 4501);
        if (!mapping.equals(expected)) {
            throw new AssertionError(mapping + ", not " + expected);
        }
    }

    /** As the peer. */
    private static void send(int packets) {
        NetNamespace.ip("addr add 10.77.0.2/24 dev kl1", "link set kl1 up",
                "neigh add 10.77.0.1 lladdr 02:00:00:00:00:01 dev kl1");
        SaSpec out = SaSample.out(THERE, HERE, SPI).replay(true, 0).encap(4501, 4500).spec();
        Selector udp = new Selector(THERE, 32, HERE, 32, 17, Selector.Port.ANY, Selector.Port.of(TrafficProbe.PORT), 0);
        Template template = new Template(THERE, HERE, SaSpec.Mode.TRANSPORT, SaSample.REQID, false);
        PolicySpec policy = new PolicySpec(PolicyId.of(udp, PolicyId.Direction.OUT), PolicySpec.Action.ALLOW, 1,
                List.of(template), false, null);
        try (NetlinkXfrm kernel = NetlinkXfrm.open();
                DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            List<XfrmAnswer> answers = kernel.submit(List.of(Scene.newSa(out), new XfrmRequest.NewPolicy(policy)));
            if (answers.stream().anyMatch(XfrmAnswer::isRefused)) {
                throw new AssertionError(answers.toString());
            }
            for (int i = 0; i < packets; i++) {
                channel.send(ByteBuffer.allocate(100), new InetSocketAddress(HERE.toInetAddress(), TrafficProbe.PORT));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** To any address; struct sockaddr_in. */
    private static void bind(Fd socket, int port) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(16);
            address.set(Native.U16, 0, (short) Sockets.AF_INET);
            address.set(Native.BE16, 2, (short) port);
            LinuxException.check("bind", Sockets.bind(socket, address));
        }
    }
}
