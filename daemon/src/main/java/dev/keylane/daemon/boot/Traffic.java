package dev.keylane.daemon.boot;

import dev.keylane.daemon.net.DatagramListener;
import dev.keylane.daemon.net.IkeSockets;
import dev.keylane.daemon.net.SocketPlan;
import dev.keylane.daemon.shard.Network;
import dev.keylane.daemon.shard.Shard;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.software.OuterPath;
import dev.keylane.xfrm.software.SoftwareXfrm;
import dev.keylane.xfrm.software.Wire;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams between sockets, core and software kernel. The three need each other, so the sockets come first and learn of
 * the others when these are made; what arrives before is dropped.
 */
final class Traffic implements DatagramListener, Network, Wire {
    private final IkeSockets sockets;
    private final int natPort;
    private List<Event.DatagramReceived> arrived = new ArrayList<>();
    private @Nullable Shard shard;
    private @Nullable SoftwareXfrm software;

    Traffic(EventLoop loop, SocketPlan plan) {
        this.sockets = new IkeSockets(loop, plan, this);
        this.natPort = plan.natPort();
    }

    IkeSockets sockets() {
        return sockets;
    }

    void connect(Shard toShard, @Nullable SoftwareXfrm toSoftware) {
        shard = toShard;
        software = toSoftware;
    }

    @Override
    public void onIke(IpEndpoint local, IpEndpoint remote, Octets datagram) {
        arrived.add(new Event.DatagramReceived(local, remote, datagram));
    }

    @Override
    public void onRead() {
        List<Event.DatagramReceived> together = arrived;
        arrived = new ArrayList<>();
        if (shard != null) {
            shard.onDatagrams(together);
        }
    }

    @Override
    public void onEsp(IpEndpoint local, IpEndpoint remote, byte[] esp) {
        if (software != null) {
            software.input(remote, local.address(), esp, 0, esp.length);
        }
    }

    @Override
    public void send(Effect.SendDatagram datagram) {
        sockets.sendIke(datagram.local(), datagram.remote(), datagram.datagram());
    }

    @Override
    public void send(Effect.SendKeepalive keepalive) {
        sockets.sendKeepalive(keepalive.local(), keepalive.remote());
    }

    /** ESP leaves from our NAT-T socket whatever port the SA would rather have: there is no other to send from. */
    @Override
    public boolean send(OuterPath path, byte[] esp) {
        int remotePort = path.encap() == null ? natPort : path.encap().destinationPort();
        return sockets.sendEsp(new IpEndpoint(path.source(), natPort), new IpEndpoint(path.destination(), remotePort),
                esp);
    }
}
