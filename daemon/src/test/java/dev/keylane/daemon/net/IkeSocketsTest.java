package dev.keylane.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Real sockets on the loopback device. */
class IkeSocketsTest {
    private static final IpAddress HOME = IpAddress.of("127.0.0.1");
    private static final InetAddress PEERS = InetAddress.ofLiteral("127.0.0.3");

    /** What arrived, whole. */
    private record Arrival(boolean ike, IpEndpoint local, IpEndpoint remote, Octets content) {
    }

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
    private final AtomicInteger reads = new AtomicInteger();
    private final EventLoopGroup group = EventLoops.create("sockets", 1);
    private IpEndpoint plain;
    private IpEndpoint nat;
    private IkeSockets sockets;
    private DatagramSocket peer;

    @BeforeEach
    void open() throws Exception {
        try (DatagramSocket one = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0));
             DatagramSocket two = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            plain = new IpEndpoint(HOME, one.getLocalPort());
            nat = new IpEndpoint(HOME, two.getLocalPort());
        }
        sockets = new IkeSockets(group.next(), new SocketPlan(plain.port(), nat.port(), false), new DatagramListener() {
            @Override
            public void onIke(IpEndpoint local, IpEndpoint remote, Octets datagram) {
                arrivals.add(new Arrival(true, local, remote, datagram));
            }

            @Override
            public void onRead() {
                reads.incrementAndGet();
            }

            @Override
            public void onEsp(IpEndpoint local, IpEndpoint remote, byte[] esp) {
                arrivals.add(new Arrival(false, local, remote, Octets.copyOf(esp)));
            }
        });
        bind(HOME);
        peer = new DatagramSocket(new InetSocketAddress(PEERS, 0));
        peer.setSoTimeout(5000);
    }

    @AfterEach
    void close() {
        peer.close();
        sockets.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void bind(IpAddress... addresses) throws InterruptedException {
        group.next().submit(() -> sockets.bind(Set.of(addresses))).sync();
    }

    private void send(IpEndpoint to, byte... content) throws IOException {
        peer.send(new DatagramPacket(content, content.length,
                new InetSocketAddress(to.address().toInetAddress(), to.port())));
    }

    private Arrival arrival() throws InterruptedException {
        return arrivals.poll(5, TimeUnit.SECONDS);
    }

    private IpEndpoint peersEndpoint() {
        return new IpEndpoint(IpAddress.of(PEERS), peer.getLocalPort());
    }

    private byte[] received() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[0xffff], 0xffff);
        peer.receive(packet);
        return Arrays.copyOf(packet.getData(), packet.getLength());
    }

    @Test
    void whereThePortAloneIsWantedNothingIsHeard() throws Exception {
        group.next().submit(() -> sockets.mute(Set.of(HOME))).sync();
        send(plain, (byte) 1);
        await().atMost(Duration.ofSeconds(10)).until(() -> reads.get() > 0);
        assertThat(arrivals).isEmpty();
        group.next().submit(() -> sockets.mute(Set.of())).sync();
        send(plain, (byte) 2);
        assertThat(arrival().content()).isEqualTo(Octets.of(2));
    }

    @Test
    void newcomersAreDeferredAndAnswersAreNot() throws Exception {
        byte[] request = new byte[28];
        request[18] = 34;
        request[19] = 0x08;
        byte[] answer = request.clone();
        answer[19] = 0x20;
        byte[] auth = request.clone();
        auth[18] = 35;
        group.next().submit(() -> sockets.defer(true)).sync();
        send(plain, request);
        send(plain, answer);
        assertThat(arrival().content()).isEqualTo(Octets.copyOf(answer));
        send(plain, request);
        send(plain, auth);
        assertThat(arrival().content()).isEqualTo(Octets.copyOf(auth));
        send(nat, Arrays.copyOf(new byte[4], 32));
        send(plain, (byte) 1);
        await().atMost(Duration.ofSeconds(10)).until(() -> arrivals.size() == 2);
        arrivals.clear();
        group.next().submit(() -> sockets.defer(false)).sync();
        send(plain, request);
        assertThat(arrival().content()).isEqualTo(Octets.copyOf(request));
    }

    @Test
    void theMarkerIsAddedAndTakenOffOnTheNatPortAlone() throws Exception {
        sockets.sendIke(plain, peersEndpoint(), Octets.of(1, 2, 3));
        assertThat(received()).containsExactly(1, 2, 3);
        sockets.sendIke(nat, peersEndpoint(), Octets.of(1, 2, 3));
        assertThat(received()).containsExactly(0, 0, 0, 0, 1, 2, 3);
        assertThat(sockets.sendEsp(nat, peersEndpoint(), new byte[] {9, 8, 7, 6, 5})).isTrue();
        assertThat(received()).containsExactly(9, 8, 7, 6, 5);
        send(plain, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 4);
        assertThat(arrival()).isEqualTo(new Arrival(true, plain, peersEndpoint(), Octets.of(0, 0, 0, 0, 4)));
        send(nat, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 4);
        assertThat(arrival()).isEqualTo(new Arrival(true, nat, peersEndpoint(), Octets.of(4)));
    }

    @Test
    void aKeepaliveIsASingleOctet() throws Exception {
        sockets.sendKeepalive(nat, peersEndpoint());
        assertThat(received()).containsExactly(0xff);
    }

    @Test
    void espIsHandedOnWholeAndKeepalivesAreNot() throws Exception {
        send(nat, (byte) 0xff);
        send(nat, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
        send(nat);
        send(nat, (byte) 0xc0, (byte) 1, (byte) 2, (byte) 3, (byte) 0);
        assertThat(arrival()).isEqualTo(new Arrival(false, nat, peersEndpoint(), Octets.of(0xc0, 1, 2, 3, 0)));
        assertThat(arrivals).isEmpty();
    }

    @Test
    void theLargestDatagramThereIsIsNotCutShort() throws Exception {
        byte[] large = new byte[65_507];
        new Random(1).nextBytes(large);
        large[0] = 1;
        send(plain, large);
        assertThat(arrival().content()).isEqualTo(Octets.copyOf(large));
        send(nat, large);
        assertThat(arrival()).isEqualTo(new Arrival(false, nat, peersEndpoint(), Octets.copyOf(large)));
    }

    @Test
    void garbageOfAnySizeDoesNoHarm() throws Exception {
        Random random = new Random(2);
        for (int i = 0; i < 3000; i++) {
            byte[] garbage = new byte[i < 200 ? i : random.nextInt(2000)];
            random.nextBytes(garbage);
            send(i % 2 == 0 ? plain : nat, garbage);
            if (i % 40 == 0) {
                isTaken(("taken " + i).getBytes());
            }
        }
        isTaken("the end".getBytes());
        assertThat(arrivals).hasSizeGreaterThan(1000);
        await().until(() -> reads.get() > 0);
    }

    /** What comes faster than it is taken finds no room in the sockets, and nobody sends that again but us. */
    private void isTaken(byte[] content) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> {
            send(plain, content);
            send(nat, content);
            return Stream.of(true, false).allMatch(ike -> arrivals.stream().anyMatch(arrival ->
                    arrival.ike() == ike && arrival.content().equals(Octets.copyOf(content))));
        });
    }

    @Test
    void addressesComeAndGo() throws Exception {
        IpAddress other = IpAddress.of("127.0.0.4");
        bind(other);
        assertThat(sockets.bound()).containsExactlyInAnyOrder(new IpEndpoint(other, plain.port()),
                new IpEndpoint(other, nat.port()));
        assertThat(sockets.sendEsp(nat, peersEndpoint(), new byte[5])).isFalse();
        sockets.sendIke(plain, peersEndpoint(), Octets.of(1));
        bind();
        assertThat(sockets.bound()).isEmpty();
    }

    @Test
    void whatCannotBeBoundIsToldByKindAndTriedAgain() throws Exception {
        IpEndpoint taken = new IpEndpoint(IpAddress.of("127.0.0.5"), plain.port());
        try (DatagramSocket first = new DatagramSocket(
                new InetSocketAddress(taken.address().toInetAddress(), taken.port()))) {
            assertThat(first.isBound()).isTrue();
            bind(taken.address(), IpAddress.of("192.0.2.77"));
            assertThat(sockets.failures().get(taken).kind()).isEqualTo(BindFailure.Kind.IN_USE);
            assertThat(sockets.failures().get(new IpEndpoint(IpAddress.of("192.0.2.77"), nat.port())).kind())
                    .isEqualTo(BindFailure.Kind.NO_SUCH_ADDRESS);
            assertThat(sockets.bound()).containsExactly(new IpEndpoint(taken.address(), nat.port()));
        }
        bind(taken.address());
        assertThat(sockets.failures()).isEmpty();
        assertThat(sockets.bound()).contains(taken);
    }
}
