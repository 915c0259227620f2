package dev.keylane.xfrm.software.tun;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.crypto.jca.JcaCrypto;
import dev.keylane.ike.crypto.jca.SecureRandomSource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import dev.keylane.linux.LinuxException;
import dev.keylane.linux.NetNamespace;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmRequest;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.software.ManualTimers;
import dev.keylane.xfrm.software.PacketSink;
import dev.keylane.xfrm.software.SoftwareSettings;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.packet.IpPacket;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real device in a network namespace of its own: the host's UDP out through ESP and back. */
@Timeout(60)
class TunDeviceTest {
    private static final IpAddress LEFT = IpAddress.of("192.0.2.1");
    private static final IpAddress RIGHT = IpAddress.of("192.0.2.2");
    private static final IpAddress INNER_LEFT = IpAddress.of("10.1.0.1");
    private static final IpAddress INNER_RIGHT = IpAddress.of("10.2.0.9");

    @BeforeAll
    static void needsRoot() {
        Optional<String> reason = NetNamespace.unavailable();
        Assumptions.assumeTrue(reason.isEmpty(), () -> "no network namespace: " + reason.orElse(""));
        Assumptions.assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "no /dev/net/tun to write to");
        Assumptions.assumeTrue(List.of("/sbin/ip", "/usr/sbin/ip", "/bin/ip", "/usr/bin/ip").stream()
                .anyMatch(ip -> Files.isExecutable(Path.of(ip))), "no ip command");
    }

    /** The left kernel with its device, the right one with a queue. */
    private static final class Tunnel implements AutoCloseable {
        final BlockingQueue<IpPacket> atRight = new LinkedBlockingQueue<>();
        final TunDevice device = TunDevice.open("keytun0", 4);
        final SoftwareXfrm right = kernel(atRight::add, true);
        final SoftwareXfrm left = kernel(device, false);

        Tunnel() {
            NetNamespace.ip("address add 10.1.0.1/24 dev keytun0", "link set keytun0 mtu 1400 up",
                    "route add 10.2.0.0/16 dev keytun0");
            pair(LEFT, RIGHT, INNER_LEFT, INNER_RIGHT, left, right, 0x1001);
            pair(RIGHT, LEFT, INNER_RIGHT, INNER_LEFT, right, left, 0x1002);
            device.start(left);
        }

        private SoftwareXfrm kernel(PacketSink sink, boolean isRight) {
            SoftwareSettings settings =
                    SoftwareSettings.of(4, JcaCrypto::new, new SecureRandomSource(), new ManualTimers());
            return new SoftwareXfrm(settings, (path, esp) -> (isRight ? left() : right()).input(
                    new IpEndpoint(path.source(), 4500), path.destination(), esp, 0, esp.length), sink);
        }

        private SoftwareXfrm left() {
            return left;
        }

        private SoftwareXfrm right() {
            return right;
        }

        private static void pair(IpAddress from, IpAddress to, IpAddress innerFrom, IpAddress innerTo,
                                 SoftwareXfrm sender, SoftwareXfrm receiver, int spi) {
            SaSpec out = SaSample.out(from, to, spi).tunnel().spec();
            SaSpec in = SaSample.in(to, from, spi).tunnel().spec();
            submit(sender, new XfrmRequest.NewSa(out, SaSample.keys(out)));
            submit(receiver, new XfrmRequest.NewSa(in, SaSample.keys(in)));
            Selector selector = new Selector(innerFrom, 32, innerTo, 32, 17, Selector.Port.ANY, Selector.Port.ANY, 0);
            Template template = new Template(from, to, SaSpec.Mode.TUNNEL, SaSample.REQID, false);
            submit(sender, new XfrmRequest.NewPolicy(policy(selector, PolicyId.Direction.OUT, template)));
            submit(receiver, new XfrmRequest.NewPolicy(policy(selector, PolicyId.Direction.IN, template)));
        }

        private static PolicySpec policy(Selector selector, PolicyId.Direction direction, Template template) {
            return new PolicySpec(PolicyId.of(selector, direction), PolicySpec.Action.ALLOW, 1, List.of(template),
                    false, null);
        }

        private static void submit(SoftwareXfrm kernel, XfrmRequest request) {
            assertThat(kernel.submit(request).isRefused()).isFalse();
        }

        @Override
        public void close() {
            left.close();
            right.close();
            device.close();
        }
    }

    @Test
    void theHostsPacketsGoOutAndAnswersComeBack() {
        NetNamespace.run(() -> {
            try (Tunnel tunnel = new Tunnel(); DatagramSocket socket = new DatagramSocket(5555)) {
                thereAndBack(tunnel, socket);
            } catch (IOException | InterruptedException failed) {
                throw new AssertionError(failed);
            }
            assertThat(NetNamespace.ipOutput("link show")).doesNotContain("keytun0");
        });
    }

    private static void thereAndBack(Tunnel tunnel, DatagramSocket socket) throws IOException, InterruptedException {
        byte[] ping = "ping".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 20; i++) {
            socket.send(new DatagramPacket(ping, ping.length, new InetSocketAddress("10.2.0.9", 7000 + i)));
            UdpDatagram got = UdpDatagram.of(tunnel.atRight.poll(5, TimeUnit.SECONDS));
            assertThat(got.source()).isEqualTo(new IpEndpoint(INNER_LEFT, 5555));
            assertThat(got.payload()).isEqualTo(Octets.copyOf(ping));
        }
        byte[] answer = new UdpDatagram(new IpEndpoint(INNER_RIGHT, 7000), new IpEndpoint(INNER_LEFT, 5555),
                Octets.of('p', 'o', 'n', 'g')).toPacket();
        tunnel.right.output(2, answer, 0, answer.length);
        socket.setSoTimeout(5000);
        DatagramPacket received = new DatagramPacket(new byte[100], 100);
        socket.receive(received);
        assertThat(new String(received.getData(), 0, received.getLength(), StandardCharsets.US_ASCII))
                .isEqualTo("pong");
        socket.send(new DatagramPacket(ping, ping.length, new InetSocketAddress("10.2.0.10", 7000)));
        for (int wait = 0; wait < 100 && tunnel.device.unprotected() == 0; wait++) {
            Thread.sleep(20);
        }
        assertThat(tunnel.device.unprotected()).isPositive();
        assertThat(tunnel.device.undeliverable()).isZero();
    }

    @Test
    void aDeletedDeviceIsNoticed() {
        NetNamespace.run(() -> {
            try (Tunnel tunnel = new Tunnel()) {
                assertThat(tunnel.device.isGone()).isFalse();
                NetNamespace.ip("link set keytun0 down");
                NetNamespace.ip("link set keytun0 up");
                assertThat(tunnel.device.isGone()).isFalse();
                NetNamespace.ip("link delete keytun0");
                for (int wait = 0; wait < 100 && !tunnel.device.isGone(); wait++) {
                    Thread.sleep(20);
                }
                assertThat(tunnel.device.isGone()).isTrue();
            } catch (InterruptedException stop) {
                throw new AssertionError(stop);
            }
        });
    }

    @Test
    void aNameInUseIsRefusedAndLeavesNothing() {
        NetNamespace.run(() -> assertThatThrownBy(() -> TunDevice.open("lo", 2)).isInstanceOf(LinuxException.class)
                .hasMessageContaining("TUNSETIFF lo: EINVAL"));
        assertThatThrownBy(() -> TunDevice.open("a-name-beyond-15", 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the name has 16 octets, and Linux takes 15 at the most");
        assertThatThrownBy(() -> TunDevice.open("keytun1", 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
