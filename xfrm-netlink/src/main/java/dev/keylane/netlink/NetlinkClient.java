package dev.keylane.netlink;

import dev.keylane.linux.Descriptors;
import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the kernel. Many requests go out in one send, and each is acknowledged in turn; a refused one does not stop
 * those behind it. Not for use by several threads at once.
 */
public final class NetlinkClient implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    private final NetlinkSocket socket;
    private final NetlinkWriter writer = new NetlinkWriter(arena, SEND_OCTETS);
    private final MemorySegment received = arena.allocate(RECEIVE_OCTETS, 8);
    private final MemorySegment pollFd = arena.allocate(8, 8);
    private int lastSeq;
    private int longestReceived;

    public NetlinkClient(int family) {
        this.socket = NetlinkSocket.open(family, 0, SOCKET_BUFFER);
    }

    /**
     * Sends the requests and waits for all acknowledgements. An answer that the kernel could not deliver counts as
     * ENOBUFS or ETIMEDOUT.
     *
     * @param parse reads a message that answers a request; it must not keep it
     * @return one for each request, in order
     */
    public <T> List<NetlinkReply<T>> transact(List<NetlinkRequest> requests,
                                              Function<NetlinkMessage, @Nullable T> parse) {
        List<NetlinkReply<T>> replies = new ArrayList<>(requests.size());
        int next = 0;
        while (next < requests.size()) {
            int first = next;
            int firstSeq = lastSeq + 1;
            try {
                do {
                    append(requests.get(next++), NetlinkHeader.NLM_F_ACK);
                } while (next < requests.size() && next - first < BATCH && writer.hasRoomFor(MAX_MESSAGE));
                collect(new Batch<>(firstSeq, next - first, parse), replies);
            } finally {
                wipe();
            }
        }
        return replies;
    }

    /**
     * Sends the requests between {@code begin} and {@code end}, which are not acknowledged: to families that take all of
     * them or none.
     */
    public List<NetlinkReply<Void>> transaction(NetlinkRequest begin, List<NetlinkRequest> requests,
                                                NetlinkRequest end) {
        List<NetlinkReply<Void>> replies = new ArrayList<>(requests.size());
        try {
            append(begin, 0);
            int firstSeq = lastSeq + 1;
            requests.forEach(request -> append(request, NetlinkHeader.NLM_F_ACK));
            append(end, 0);
            collect(new Batch<>(firstSeq, requests.size(), _ -> null), replies);
        } finally {
            wipe();
        }
        return replies;
    }

    /**
     * Reads a whole table. When it changed meanwhile it is read again, at most {@value #DUMP_TRIES} times; the last
     * reading counts even then.
     *
     * @param parse null for a message to be left out
     * @throws LinuxException when the kernel refuses
     */
    public <T> List<T> dump(NetlinkRequest request, Function<NetlinkMessage, @Nullable T> parse) {
        Dump<T> dump = new Dump<>(parse);
        for (int tries = 0; tries < DUMP_TRIES && !dump.isComplete(); tries++) {
            try {
                append(request, NetlinkHeader.NLM_F_DUMP);
                dump.restart(lastSeq);
                int error = socket.send(writer.written());
                dump.failed(-error);
                receive(dump::accept, dump::failed, dump::isOver);
            } finally {
                wipe();
            }
        }
        if (dump.errno() != 0) {
            throw new LinuxException("netlink dump of type " + request.type(), dump.errno(), dump.text());
        }
        return dump.entries();
    }

    private void append(NetlinkRequest request, int flags) {
        writer.begin(request.type(), NetlinkHeader.NLM_F_REQUEST | request.flags() | flags, ++lastSeq);
        request.body().write(writer);
        writer.finish();
    }

    private <T> void collect(Batch<T> batch, List<NetlinkReply<T>> replies) {
        int error = socket.send(writer.written());
        if (error < 0) {
            batch.failed(-error);
        } else {
            receive(batch::accept, batch::failed, batch::isOver);
        }
        replies.addAll(batch.replies());
    }

    /** Takes what comes until it is over; {@code failed} hears of an errno, which ends it too. */
    private void receive(Consumer<NetlinkMessage> accept, IntConsumer failed, BooleanSupplier over) {
        while (!over.getAsBoolean()) {
            int length = socket.receive(received);
            if (length >= 0) {
                int taken = Math.min(length, RECEIVE_OCTETS);
                longestReceived = Math.max(longestReceived, taken);
                NetlinkMessage.split(received.asSlice(0, taken)).forEach(accept);
            } else if (length == -Errno.EAGAIN) {
                if (Descriptors.pollIn(pollFd, ANSWER_MILLIS, socket.fd()) == 0) {
                    failed.accept(Errno.ETIMEDOUT);
                }
            } else if (length != -Errno.EINTR) {
                failed.accept(-length);
            }
        }
    }

    private void wipe() {
        writer.wipe();
        received.asSlice(0, longestReceived).fill((byte) 0);
        longestReceived = 0;
    }

    @Override
    public void close() {
        socket.close();
        arena.close();
    }

    static final int DUMP_TRIES = 10;
    private static final int SEND_OCTETS = 64 << 10;
    /** Dump parts have up to 32 KiB. */
    private static final int RECEIVE_OCTETS = 64 << 10;
    /** Room for the answers to a batch even where we get only the usual 208 KiB, at about 6 KiB each. */
    private static final int SOCKET_BUFFER = 1 << 20;
    private static final int BATCH = 32;
    /** No message of ours is longer. */
    private static final int MAX_MESSAGE = 4 << 10;
    /** The kernel answers before send returns; this is for one that lost the answer. */
    private static final int ANSWER_MILLIS = 2000;
}
