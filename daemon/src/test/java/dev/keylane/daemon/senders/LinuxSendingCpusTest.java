package dev.keylane.daemon.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.kernel.SendingCpus;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.linux.CpuAffinity;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.NetNamespace;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.SaAlgorithms;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaOptions;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Selector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On this machine's kernel, if it lets us: packets of an SA leave by the devices that routes lead to. */
class LinuxSendingCpusTest {
    private record Heard(SaId sa, int cpu) {
    }

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

    @BeforeAll
    static void needsBpf() {
        NetNamespace.unavailable().ifPresent(reason -> Assumptions.abort("no network namespace: " + reason));
        NetNamespace.run(() -> {
            try (SendingCpus sending = LinuxSendingCpus.open()) {
                sending.reasonAgainst().ifPresent(Assumptions::abort);
            }
        });
    }

    @Test
    void theRouteIsFollowed() {
        run(sending -> {
            NetNamespace.ip("route add 203.0.113.0/24 via 10.8.0.2");
            assertThat(sending.watch(SA)).isEmpty();
            send();
            assertThat(next()).isEqualTo(new Heard(SA.id(), CPU));
            NetNamespace.ip("route replace 203.0.113.0/24 via 10.9.0.2");
            sending.again(SA.id());
            send();
            assertNothingHeard();
            assertThat(sending.look()).isEmpty();
            send();
            assertThat(next().cpu()).isEqualTo(CPU);
            assertThat(sending.packets(SA.id())).containsEntry(CPU, 2L);
        });
    }

    @Test
    void aRouteMayComeLater() {
        run(sending -> {
            assertThat(sending.watch(SA)).isEmpty();
            NetNamespace.ip("route add 203.0.113.0/24 via 10.8.0.2");
            assertThat(sending.look()).isEmpty();
            send();
            assertThat(next().sa()).isEqualTo(SA.id());
            sending.unwatch(SA.id());
            assertThat(sending.look()).isEmpty();
            send();
            assertNothingHeard();
        });
    }

    @Test
    void aDeviceMayGoAndComeBack() {
        run(sending -> {
            NetNamespace.ip("route add 203.0.113.0/24 via 10.8.0.2");
            sending.watch(SA);
            NetNamespace.ip("link del d8");
            assertThat(sending.look()).isEmpty();
            make("d8", 8);
            NetNamespace.ip("route add 203.0.113.0/24 via 10.8.0.2");
            assertThat(sending.look()).isEmpty();
            send();
            assertThat(next().sa()).isEqualTo(SA.id());
        });
    }

    private void run(Consumer<SendingCpus> test) {
        NetNamespace.run(() -> {
            make("d8", 8);
            make("d9", 9);
            try (SendingCpus sending = LinuxSendingCpus.open()) {
                sending.listen((sa, cpu) -> heard.add(new Heard(sa, cpu)));
                test.accept(sending);
            }
        });
    }

    private static void make(String device, int net) {
        NetNamespace.pair(device, "p" + net, "10." + net + ".0.1/24", "10." + net + ".0.2");
    }

    private Heard next() {
        try {
            Heard next = heard.poll(5, TimeUnit.SECONDS);
            assertThat(next).as("heard within five seconds").isNotNull();
            return next;
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    private void assertNothingHeard() {
        try {
            assertThat(heard.poll(100, TimeUnit.MILLISECONDS)).isNull();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** ESP-in-UDP of the SA, which needs none to be made. */
    private static void send() {
        CpuAffinity.on(CPU, () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                byte[] packet = ByteBuffer.allocate(24).putInt(SA.id().spi()).putInt(1).array();
                socket.send(new DatagramPacket(packet, packet.length, SA.id().destination().toInetAddress(), 4500));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    private static final int CPU = Cpus.online().getLast();
    private static final SaSpec SA = new SaSpec(SaId.esp(IpAddress.of("203.0.113.7"), 0xc0001234), IpAddress.of("10.8.0.1"),
            Selector.any(true), SaSpec.Direction.OUT, SaSpec.Mode.TUNNEL, 1, SaSpec.NO_CPU,
            new SaAlgorithms(EncryptionAlgorithm.AES_GCM_16, 256, null),
            new SaSpec.Replay(true, 0), Lifetime.UNLIMITED, new SaSpec.Encap(4500, 4500), null, SaOptions.NONE, 0);
}
