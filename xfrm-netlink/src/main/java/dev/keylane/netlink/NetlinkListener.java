package dev.keylane.netlink;

import dev.keylane.linux.Errno;
import dev.keylane.linux.ReadyThread;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Hears multicast groups, or what its own requests call forth, on a thread of its own. */
public final class NetlinkListener implements AutoCloseable {
    /** Called on the listener's thread, one call at a time. */
    public interface Sink {
        /** It must not keep the message. */
        void message(NetlinkMessage message);

        /** Messages were lost. */
        void overrun();
    }

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer;
    private final NetlinkSocket socket;
    private final Sink sink;
    private final ReadyThread thread;

    /**
     * Joins the groups in the calling thread's network namespace; the listener hears from then on.
     *
     * @param groups        bit n-1 for group n, 0 for none
     * @param receiveOctets size of the receive buffer
     */
    public NetlinkListener(String name, int family, int groups, int receiveOctets, Sink sink) {
        this.socket = NetlinkSocket.open(family, groups, receiveOctets);
        this.buffer = arena.allocate(BUFFER_OCTETS, 8);
        this.sink = sink;
        this.thread = new ReadyThread(name, socket.fd(), this::drain, this::end);
    }

    /**
     * Asks on the listener's own socket, for families that go on talking to whoever asked. What comes back goes to the
     * sink.
     *
     * @return 0 or a negated errno
     */
    public int send(NetlinkRequest request) {
        try (Arena once = Arena.ofConfined()) {
            NetlinkWriter writer = new NetlinkWriter(once, REQUEST_OCTETS);
            writer.begin(request.type(), NetlinkHeader.NLM_F_REQUEST | request.flags(), 0);
            request.body().write(writer);
            writer.finish();
            return socket.send(writer.written());
        }
    }

    /**
     * Joins one more group, by its number.
     *
     * @return 0 or a negated errno
     */
    public int join(int group) {
        return socket.join(group);
    }

    private void end() {
        socket.close();
        arena.close();
    }

    /** Takes what is there, a bounded number of datagrams so that a flood cannot keep us from stopping. */
    private void drain() {
        for (int i = 0; i < AT_ONCE; i++) {
            int length = socket.receive(buffer);
            if (length >= 0 && length <= buffer.byteSize()) {
                NetlinkMessage.split(buffer.asSlice(0, length)).forEach(m -> ReadyThread.deliver(() -> sink.message(m)));
                buffer.asSlice(0, length).fill((byte) 0);
            } else if (length == -Errno.EAGAIN) {
                return;
            } else if (length != -Errno.EINTR) {
                // ENOBUFS, or a datagram that did not fit: something is lost either way
                ReadyThread.deliver(sink::overrun);
            }
        }
    }

    /** Ends the thread; when the sink itself calls this, the thread ends after that call. */
    @Override
    public void close() {
        thread.close();
    }

    private static final int AT_ONCE = 256;
    private static final int BUFFER_OCTETS = 64 << 10;
    private static final int REQUEST_OCTETS = 256;
}
