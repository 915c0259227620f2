package dev.keylane.daemon.net;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.Octets;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sockets of a shard: for each local address one on the IKE port and one on the NAT-T port. A socket of its own for
 * each address makes sure that an answer leaves from where the question came to.
 */
public final class IkeSockets implements AutoCloseable {
    private final EventLoop loop;
    private final SocketPlan plan;
    private final DatagramListener listener;
    private final Map<IpEndpoint, IkeSocket> sockets = new ConcurrentHashMap<>();
    private final Map<IpEndpoint, BindFailure> failures = new HashMap<>();
    private Set<IpAddress> muted = Set.of();
    private boolean deferring;

    public IkeSockets(EventLoop loop, SocketPlan plan, DatagramListener listener) {
        this.loop = loop;
        this.plan = plan;
        this.listener = new Hearing(listener);
    }

    /**
     * Addresses that are listened on for the sake of the port alone: what arrives there is lost, as it would be without a
     * socket; on the loop.
     */
    public void mute(Set<IpAddress> addresses) {
        muted = Set.copyOf(addresses);
    }

    /**
     * Whether an IKE_SA_INIT request is lost wherever it arrives, so that its sender asks again; answers are heard; on the
     * loop.
     */
    public void defer(boolean newcomers) {
        deferring = newcomers;
    }

    private final class Hearing implements DatagramListener {
        private final DatagramListener inner;

        Hearing(DatagramListener inner) {
            this.inner = inner;
        }

        @Override
        public void onIke(IpEndpoint local, IpEndpoint remote, Octets datagram) {
            if (!muted.contains(local.address()) && !(deferring && isNewcomers(datagram))) {
                inner.onIke(local, remote, datagram);
            }
        }

        /** RFC 7296 §3.1. */
        private static boolean isNewcomers(Octets datagram) {
            return datagram.length() > FLAGS && datagram.get(EXCHANGE_TYPE) == ExchangeType.IKE_SA_INIT
                    && (datagram.get(FLAGS) & RESPONSE) == 0;
        }

        @Override
        public void onRead() {
            inner.onRead();
        }

        @Override
        public void onEsp(IpEndpoint local, IpEndpoint remote, byte[] esp) {
            inner.onEsp(local, remote, esp);
        }
    }

    /** Opens what is missing and closes what nobody wants; on the loop. A failure is logged once and tried again. */
    public void bind(Set<IpAddress> wanted) {
        Set<IpEndpoint> endpoints = new HashSet<>();
        for (IpAddress address : wanted) {
            endpoints.add(new IpEndpoint(address, plan.port()));
            endpoints.add(new IpEndpoint(address, plan.natPort()));
        }
        sockets.keySet().stream().filter(open -> !endpoints.contains(open)).toList().forEach(this::close);
        failures.keySet().retainAll(endpoints);
        endpoints.stream().filter(endpoint -> !sockets.containsKey(endpoint)).forEach(this::open);
    }

    private void open(IpEndpoint local) {
        IkeSocket.Opening opening = IkeSocket.open(loop, local, plan, listener);
        sockets.put(local, opening.socket());
        opening.bound().addListener(bound -> {
            if (bound.isSuccess()) {
                failures.remove(local);
                LOG.info("listening on {}", local);
            } else {
                fail(local, opening.socket(), bound.cause());
            }
        });
    }

    private void fail(IpEndpoint local, IkeSocket socket, Throwable cause) {
        sockets.remove(local, socket);
        socket.close();
        BindFailure failure = BindFailure.of(cause);
        if (!failure.equals(failures.put(local, failure))) {
            LOG.error("cannot listen on {}: {}", local, failure.text());
        }
    }

    /** Addresses and ports that could not be bound, with the reason; on the loop. */
    public Map<IpEndpoint, BindFailure> failures() {
        return Map.copyOf(failures);
    }

    /** Addresses and ports that are bound. */
    public Set<IpEndpoint> bound() {
        return Set.copyOf(sockets.keySet());
    }

    public void sendIke(IpEndpoint local, IpEndpoint remote, Octets datagram) {
        IkeSocket socket = sockets.get(local);
        if (socket == null) {
            LOG.warn("no socket on {}, message to {} not sent", local, remote);
        } else {
            socket.sendIke(remote, datagram);
        }
    }

    /** RFC 3948 §2.3: a single octet, without marker. */
    public void sendKeepalive(IpEndpoint local, IpEndpoint remote) {
        sendEsp(local, remote, new byte[] {(byte) 0xff});
    }

    /** ESP in UDP, from any thread; false when there is no socket or it is congested. */
    public boolean sendEsp(IpEndpoint local, IpEndpoint remote, byte[] esp) {
        IkeSocket socket = sockets.get(local);
        return socket != null && socket.sendEsp(remote, esp);
    }

    private void close(IpEndpoint local) {
        IkeSocket socket = sockets.remove(local);
        if (socket != null) {
            socket.close();
            LOG.info("no longer listening on {}", local);
        }
    }

    @Override
    public void close() {
        sockets.values().forEach(IkeSocket::close);
        sockets.clear();
    }

    private static final int EXCHANGE_TYPE = 18;
    private static final int FLAGS = 19;
    private static final int RESPONSE = 0x20;
    private static final Logger LOG = LoggerFactory.getLogger("NET");
}
