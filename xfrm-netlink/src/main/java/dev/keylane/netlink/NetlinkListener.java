package dev.keylane.netlink;

import dev.keylane.linux.Descriptors;
import dev.keylane.linux.Errno;
import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicBoolean;

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
    private final NetlinkSocket socket;
    private final Fd stop = Descriptors.eventFd();
    private final Sink sink;
    private final Thread thread;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Joins the groups in the calling thread's network namespace; the listener hears from then on.
     *
     * @param groups        bit n-1 for group n, 0 for none
     * @param receiveOctets size of the receive buffer
     */
    public NetlinkListener(String name, int family, int groups, int receiveOctets, Sink sink) {
        this.socket = NetlinkSocket.open(family, groups, receiveOctets);
        this.sink = sink;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
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

    private void run() {
        MemorySegment buffer = arena.allocate(BUFFER_OCTETS, 8);
        MemorySegment pollFds = arena.allocate(16, 8);
        try {
            while (awaitMessages(pollFds)) {
                drain(buffer);
            }
        } finally {
            socket.close();
            stop.close();
            arena.close();
        }
    }

    /** Whether to go on. */
    private boolean awaitMessages(MemorySegment pollFds) {
        int ready = Descriptors.pollIn(pollFds, -1, socket.fd(), stop);
        if (ready < 0 && ready != -Errno.EINTR) {
            throw new LinuxException("poll", -ready, "");
        }
        return ready < 0 || pollFds.get(ValueLayout.JAVA_SHORT, STOP_REVENTS) == 0;
    }

    /** Takes what is there, a bounded number of datagrams so that a flood cannot keep us from stopping. */
    private void drain(MemorySegment buffer) {
        for (int i = 0; i < AT_ONCE; i++) {
            int length = socket.receive(buffer);
            if (length >= 0 && length <= buffer.byteSize()) {
                NetlinkMessage.split(buffer.asSlice(0, length)).forEach(m -> deliver(() -> sink.message(m)));
                buffer.asSlice(0, length).fill((byte) 0);
            } else if (length == -Errno.EAGAIN) {
                return;
            } else if (length != -Errno.EINTR) {
                // ENOBUFS, or a datagram that did not fit: something is lost either way
                deliver(sink::overrun);
            }
        }
    }

    /** A sink that fails must not make us deaf. */
    private void deliver(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException bug) {
            thread.getUncaughtExceptionHandler().uncaughtException(thread, bug);
        }
    }

    /** Ends the thread; when the sink itself calls this, the thread ends after that call. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try (Arena once = Arena.ofConfined()) {
            Descriptors.write(stop, once.allocateFrom(ValueLayout.JAVA_LONG, 1));
        }
        if (Thread.currentThread() != thread) {
            joinUninterruptibly();
        }
    }

    private void joinUninterruptibly() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static final int AT_ONCE = 256;
    private static final int BUFFER_OCTETS = 64 << 10;
    private static final int REQUEST_OCTETS = 256;
    /** revents of the second pollfd. */
    private static final long STOP_REVENTS = 8 + 6;
}
