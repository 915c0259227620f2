package dev.keylane.steering.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.CpuAffinity;
import dev.keylane.linux.Cpus;
import dev.keylane.linux.Interfaces;
import dev.keylane.linux.LinuxException;
import dev.keylane.linux.NetNamespace;
import dev.keylane.steering.program.SenderProgram.Link;
import dev.keylane.steering.program.SenderRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Packets really leave by devices here: ESP-in-UDP to any port, since that needs no SA to be made. */
class SenderObserverTest {
    private final BlockingQueue<SenderRecord> heard = new LinkedBlockingQueue<>();

    @BeforeAll
    static void needsBpf() {
        NetNamespace.unavailable().ifPresent(reason -> Assumptions.abort("no network namespace: " + reason));
        try (SenderObserver observer = SenderObserver.open(4, _ -> { })) {
            NetNamespace.run(() -> observer.attach(1, Link.ETHERNET)
                    .ifPresent(reason -> Assumptions.abort("no program where devices send: " + reason)));
        } catch (LinuxException refused) {
            Assumptions.abort("the program is not run here: " + refused.getMessage());
        }
    }

    @Test
    void eachCpuIsHeardOnceAndAgainWhenAsked() {
        run((observer, device) -> {
            assertThat(observer.attach(device, Link.ETHERNET)).isEmpty();
            assertThat(observer.attach(device, Link.ETHERNET)).as("twice").isEmpty();
            observer.watch(PEER, SPI);
            for (int cpu : Cpus.online()) {
                long begin = System.nanoTime();
                send(cpu, SPI, 3);
                assertThat(next()).isEqualTo(new SenderRecord(PEER, SPI, cpu));
                System.out.println("heard after " + (System.nanoTime() - begin) / 1000 + " us");
            }
            send(Cpus.online().getFirst(), SPI + 1, 3);
            assertNothingHeard();
            assertThat(observer.packets(PEER, SPI)).hasSize(Cpus.online().size()).containsValue(3L);
            observer.again(PEER, SPI);
            send(Cpus.online().getLast(), SPI, 1);
            assertThat(next().cpu()).isEqualTo(Cpus.online().getLast());
            assertThat(observer.packets(PEER, SPI)).as("what was counted stays").containsEntry(Cpus.online().getLast(), 4L);
        });
    }

    @Test
    void whatIsNotWatchedOrNotAttachedIsSilent() {
        run((observer, device) -> {
            observer.watch(PEER, SPI);
            send(0, SPI, 1);
            assertNothingHeard();
            observer.attach(device, Link.ETHERNET);
            observer.unwatch(PEER, SPI);
            send(0, SPI, 1);
            assertNothingHeard();
            assertThat(observer.packets(PEER, SPI)).isEmpty();
            observer.watch(PEER, SPI);
            observer.detach(device);
            send(0, SPI, 1);
            assertNothingHeard();
        });
    }

    /** The first one may have the last word, and ours has none: whoever came before still sees every packet. */
    @Test
    void twoObserversOfOneDeviceHearTheSame() {
        run((observer, device) -> {
            observer.attach(device, Link.ETHERNET);
            observer.watch(PEER, SPI);
            try (SenderObserver second = SenderObserver.open(4, heard::add)) {
                second.attach(device, Link.ETHERNET);
                second.watch(PEER, SPI);
                send(0, SPI, 1);
                assertThat(List.of(next(), next())).containsOnly(new SenderRecord(PEER, SPI, 0));
            }
        });
    }

    @Test
    void aDeviceThatGoesIsLetGo() {
        run((observer, device) -> {
            observer.attach(device, Link.ETHERNET);
            NetNamespace.ip("link del kv0");
            assertThat(observer.isAttached(device)).isFalse();
            assertThat(observer.attach(device, Link.ETHERNET).orElseThrow()).contains("ENODEV");
        });
    }

    @Test
    void aFullTableIsSaid() {
        run((observer, device) -> {
            for (int spi = SPI; spi < SPI + 4; spi++) {
                assertThat(observer.watch(PEER, spi)).isEmpty();
            }
            assertThat(observer.watch(PEER, SPI)).as("watched already").isEmpty();
            assertThat(observer.watch(PEER, SPI + 4).orElseThrow()).contains("cannot be watched");
            observer.unwatch(PEER, SPI);
            assertThat(observer.watch(PEER, SPI + 4)).isEmpty();
        });
    }

    private interface Case {
        void run(SenderObserver observer, int device);
    }

    private void run(Case work) {
        NetNamespace.run(() -> {
            NetNamespace.pair("kv0", "kv1", "198.51.100.1/24", PEER.toString());
            try (SenderObserver observer = SenderObserver.open(4, heard::add)) {
                work.run(observer, Interfaces.index("kv0").orElseThrow());
            }
        });
    }

    private SenderRecord next() {
        try {
            SenderRecord record = heard.poll(5, TimeUnit.SECONDS);
            assertThat(record).as("heard within five seconds").isNotNull();
            return record;
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

    /** By the calling thread, whose namespace the socket belongs to. */
    private static void send(int cpu, int spi, int count) {
        CpuAffinity.on(cpu, () -> {
            try (DatagramSocket socket = new DatagramSocket()) {
                byte[] packet = ByteBuffer.allocate(24).putInt(spi).putInt(1).array();
                for (int i = 0; i < count; i++) {
                    socket.send(new DatagramPacket(packet, packet.length, PEER.toInetAddress(), 40_000));
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    private static final IpAddress PEER = IpAddress.of("198.51.100.2");
    private static final int SPI = 0xc0001234;
}
