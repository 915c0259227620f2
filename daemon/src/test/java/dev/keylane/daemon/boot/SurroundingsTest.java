package dev.keylane.daemon.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.net.DatagramListener;
import dev.keylane.daemon.net.EventLoops;
import dev.keylane.daemon.net.IkeSockets;
import dev.keylane.daemon.net.SocketPlan;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.wire.Octets;
import io.netty.channel.EventLoopGroup;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Real sockets on the loopback device. */
@Timeout(30)
class SurroundingsTest {
    private final BlockingQueue<Octets> heard = new LinkedBlockingQueue<>();
    private final EventLoopGroup group = EventLoops.create("around", 1);
    private final SoftwarePlace place = Fixture.place();
    private EndpointSettings ports;
    private IkeSockets sockets;
    private Surroundings around;

    @BeforeEach
    void open() throws Exception {
        ports = Fixture.freePorts();
        sockets = new IkeSockets(group.next(), new SocketPlan(ports.port(), ports.natPort(), false), new DatagramListener() {
            @Override
            public void onIke(IpEndpoint local, IpEndpoint remote, Octets datagram) {
                heard.add(datagram);
            }

            @Override
            public void onRead() {
            }

            @Override
            public void onEsp(IpEndpoint local, IpEndpoint remote, byte[] esp) {
            }
        });
        around = new Surroundings(sockets, List.of(IpAddress.of("127.0.0.1")), new CpuChoice(place, new CpuChoiceTest.OneDevice()), place);
    }

    @AfterEach
    void close() throws Exception {
        onLoop(around::close);
        onLoop(sockets::close);
        place.close();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private void onLoop(Runnable task) throws InterruptedException {
        group.next().submit(task).sync();
    }

    private static PolicyBook book(String... names) {
        Connection one = Fixture.book("left").connections().getFirst();
        return new PolicyBook(Arrays.stream(names).map(name -> new Connection(name, one.endpoints(), one.proposals(), one.local(),
                one.remote(), one.options(), one.children())).toList(), List.of());
    }

    /** An IKE_SA_INIT request, then an answer, which is heard at all times; true when the request was. */
    private boolean newcomersAreHeard() throws Exception {
        byte[] request = new byte[28];
        request[18] = 34;
        byte[] answer = request.clone();
        answer[19] = 0x20;
        try (DatagramSocket peer = new DatagramSocket(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.3"), 0))) {
            for (byte[] each : List.of(request, answer)) {
                peer.send(new DatagramPacket(each, each.length, new InetSocketAddress("127.0.0.1", ports.port())));
            }
        }
        Octets first = heard.poll(10, TimeUnit.SECONDS);
        if (Octets.copyOf(answer).equals(first)) {
            return false;
        }
        assertThat(first).isEqualTo(Octets.copyOf(request));
        assertThat(heard.poll(10, TimeUnit.SECONDS)).isEqualTo(Octets.copyOf(answer));
        return true;
    }

    /** A peer of the second would be told that nobody knows it. */
    @Test
    void nobodyNewIsHeardBeforeTheLastConnectionIsLoaded() throws Exception {
        onLoop(() -> around.expect(book("one", "two")));
        onLoop(() -> around.use(book("one")));
        assertThat(newcomersAreHeard()).isFalse();
        onLoop(() -> around.use(book("one", "two")));
        assertThat(newcomersAreHeard()).isTrue();
        onLoop(() -> around.expect(PolicyBook.EMPTY));
        onLoop(() -> around.use(book("one")));
        assertThat(newcomersAreHeard()).as("after the start").isTrue();
    }
}
