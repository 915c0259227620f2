package dev.keylane.daemon.net;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.wire.Octets;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One bound UDP socket. */
final class IkeSocket {
    private final IpEndpoint local;
    private final boolean marker;
    private final DatagramListener listener;
    private final DatagramChannel channel;
    /** While reading, answers are gathered to be sent together; on the loop. */
    private boolean reading;

    private IkeSocket(IpEndpoint local, boolean marker, DatagramListener listener, DatagramChannel channel) {
        this.local = local;
        this.marker = marker;
        this.listener = listener;
        this.channel = channel;
    }

    /** The future tells whether the address could be bound. */
    record Opening(IkeSocket socket, ChannelFuture bound) {
    }

    static Opening open(EventLoop loop, IpEndpoint local, SocketPlan plan, DatagramListener listener) {
        DatagramChannel channel = EventLoops.datagramChannel(local.address().isV4());
        IkeSocket socket = new IkeSocket(local, plan.hasMarker(local), listener, channel);
        channel.pipeline().addLast(socket.new Receiver());
        loop.register(channel).syncUninterruptibly();
        SocketOptions.apply(channel, plan, local.address().isV4(), plan.hasMarker(local));
        return new Opening(socket, channel.bind(toSocketAddress(local)));
    }

    IpEndpoint local() {
        return local;
    }

    /** On the loop. A congested socket loses it, as the network might: requests are sent again. */
    void sendIke(IpEndpoint remote, Octets datagram) {
        if (!channel.isWritable()) {
            LOG.debug("socket {} is congested, message to {} not sent", local, remote);
            return;
        }
        ByteBuf content = Unpooled.wrappedBuffer(datagram.borrow());
        send(marker ? Unpooled.wrappedBuffer(Unpooled.wrappedBuffer(SocketPlan.MARKER.borrow()), content) : content,
                remote, !reading);
    }

    /** From any thread; false when the socket is congested. */
    boolean sendEsp(IpEndpoint remote, byte[] esp) {
        if (!channel.isWritable()) {
            return false;
        }
        send(Unpooled.wrappedBuffer(esp), remote, true);
        return true;
    }

    private void send(ByteBuf content, IpEndpoint remote, boolean atOnce) {
        DatagramPacket packet = new DatagramPacket(content, toSocketAddress(remote));
        (atOnce ? channel.writeAndFlush(packet) : channel.write(packet)).addListener(sent -> {
            if (!sent.isSuccess()) {
                LOG.debug("sending from {} to {} failed: {}", local, remote, sent.cause().getMessage());
            }
        });
    }

    void close() {
        channel.close();
    }

    private final class Receiver extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) {
            reading = true;
            InetSocketAddress sender = packet.sender();
            IpEndpoint remote = new IpEndpoint(IpAddress.of(sender.getAddress()), sender.getPort());
            receive(remote, packet.content());
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            try {
                listener.onRead();
            } finally {
                reading = false;
                context.flush();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // ICMP errors of earlier sends surface here; whatever else it is, the socket stays.
            LOG.debug("socket {}: {}", local, cause.toString());
        }
    }

    private void receive(IpEndpoint remote, ByteBuf content) {
        if (!marker) {
            listener.onIke(local, remote, Octets.wrap(ByteBufUtil.getBytes(content)));
        } else if (content.readableBytes() > MARKER_SIZE) {
            boolean ike = content.getInt(content.readerIndex()) == 0;
            content.skipBytes(ike ? MARKER_SIZE : 0);
            byte[] rest = ByteBufUtil.getBytes(content);
            if (ike) {
                listener.onIke(local, remote, Octets.wrap(rest));
            } else {
                listener.onEsp(local, remote, rest);
            }
        }
        // What is shorter is a keepalive (RFC 3948 §2.3) or nothing at all.
    }

    private static InetSocketAddress toSocketAddress(IpEndpoint endpoint) {
        return new InetSocketAddress(endpoint.address().toInetAddress(), endpoint.port());
    }

    private static final int MARKER_SIZE = 4;
    private static final Logger LOG = LoggerFactory.getLogger("NET");
}
