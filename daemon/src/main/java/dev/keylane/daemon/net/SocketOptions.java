package dev.keylane.daemon.net;

import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.kernel.IkeBypass;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Options of an IKE socket. Those only a privileged process may set are reported when refused, and done without. */
final class SocketOptions {
    private SocketOptions() {
    }

    static void apply(DatagramChannel channel, SocketPlan plan, boolean v4, boolean natPort) {
        // The largest datagram there is: a truncated one would look malformed.
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(0xffff).maxMessagesPerRead(MOST_AT_ONCE));
        channel.config().setOption(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER);
        channel.config().setOption(ChannelOption.WRITE_BUFFER_WATER_MARK, SEND_QUEUE);
        if (!EventLoops.isNative()) {
            return;
        }
        channel.config().setOption(EpollChannelOption.MAX_DATAGRAM_PAYLOAD_SIZE, 0);
        if (plan.kernelEsp()) {
            bypass(channel, v4, PolicyId.Direction.IN);
            bypass(channel, v4, PolicyId.Direction.OUT);
            if (natPort) {
                set(channel, "UDP_ENCAP", new IntegerUnixChannelOption("UDP_ENCAP", IPPROTO_UDP, 100), UDP_ENCAP_ESPINUDP);
            }
        }
    }

    /** Keeps IKE itself out of the policies it installs. */
    private static void bypass(DatagramChannel channel, boolean v4, PolicyId.Direction direction) {
        byte[] policy = IkeBypass.policy(v4, direction);
        if (v4) {
            set(channel, "IP_XFRM_POLICY", new RawUnixChannelOption("IP_XFRM_POLICY", IkeBypass.IPPROTO_IP,
                    IkeBypass.IP_XFRM_POLICY, policy.length), ByteBuffer.wrap(policy));
        } else {
            set(channel, "IPV6_XFRM_POLICY", new RawUnixChannelOption("IPV6_XFRM_POLICY", IkeBypass.IPPROTO_IPV6,
                    IkeBypass.IPV6_XFRM_POLICY, policy.length), ByteBuffer.wrap(policy));
        }
    }

    private static <T> void set(DatagramChannel channel, String name, ChannelOption<T> option, T value) {
        try {
            if (!channel.config().setOption(option, value)) {
                LOG.warn("socket option {} is not supported here", name);
            }
        } catch (ChannelException refused) {
            LOG.warn("socket option {} refused: {}", name, refused.getCause() == null ? refused.getMessage()
                    : refused.getCause().getMessage());
        }
    }

    /** Datagrams between two looks at the other sockets, tasks and timers; the kernel's buffer holds the rest. */
    private static final int MOST_AT_ONCE = 64;
    private static final int RECEIVE_BUFFER = 4 << 20;
    /** ESP of the software kernel is written by other threads; what the event loop cannot follow with is dropped. */
    private static final WriteBufferWaterMark SEND_QUEUE = new WriteBufferWaterMark(2 << 20, 4 << 20);
    private static final int IPPROTO_UDP = 17;
    private static final int UDP_ENCAP_ESPINUDP = 2;
    private static final Logger LOG = LoggerFactory.getLogger("NET");
}
