package dev.keylane.netfilter;

import dev.keylane.linux.Errno;
import dev.keylane.linux.LinuxException;
import dev.keylane.netlink.Acknowledgement;
import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkHeader;
import dev.keylane.netlink.NetlinkListener;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A queue of nfnetlink: packets stop in the kernel until they are let go. */
final class PacketQueue implements AutoCloseable {
    /** Called on the queue's thread. */
    interface Packets {
        /** @param start IP header and what follows, at most {@value #COPIED} octets; not to be kept */
        void stopped(int id, MemorySegment start);
    }

    private final int number;
    private final Packets packets;
    private final NetlinkListener listener;
    private volatile int newest;
    private volatile CompletableFuture<Acknowledgement> answer = new CompletableFuture<>();

    private PacketQueue(int number, Packets packets) {
        this.number = number;
        this.packets = packets;
        this.listener = new NetlinkListener("nfqueue", NfGenMsg.NETLINK_NETFILTER, 0, SOCKET_BUFFER,
                new NetlinkListener.Sink() {
                    @Override
                    public void message(NetlinkMessage message) {
                        take(message);
                    }

                    /** The queue fails open: a packet that could not be told of has gone on. */
                    @Override
                    public void overrun() {
                    }
                });
    }

    /** @throws LinuxException when this kernel has no such queues, or somebody has this one */
    static PacketQueue bind(int number, Packets packets) {
        PacketQueue queue = new PacketQueue(number, packets);
        try {
            queue.configure("bind", out -> {
                MemorySegment command = out.attribute(CONFIG_COMMAND, 4);
                command.set(Native.U8, 0, (byte) COMMAND_BIND);
            });
            queue.configure("parameters", out -> {
                MemorySegment parameters = out.attribute(CONFIG_PARAMETERS, 5);
                parameters.set(Native.BE32, 0, COPIED);
                parameters.set(Native.U8, 4, (byte) COPY_PACKET);
                NfGenMsg.be32(out, CONFIG_LENGTH, MOST_PACKETS);
                NfGenMsg.be32(out, CONFIG_FLAGS, FAIL_OPEN);
                NfGenMsg.be32(out, CONFIG_MASK, FAIL_OPEN);
            });
            return queue;
        } catch (LinuxException refused) {
            queue.close();
            throw refused;
        }
    }

    /** Lets a packet go on. */
    void accept(int id) {
        decide(NF_ACCEPT, VERDICT, id);
    }

    /** Does away with it. */
    void drop(int id) {
        decide(NF_DROP, VERDICT, id);
    }

    /** Lets all packets go on that are in the queue now. */
    void acceptAll() {
        decide(NF_ACCEPT, VERDICT_BATCH, newest + FAR_AHEAD);
    }

    private void decide(int what, int message, int id) {
        listener.send(new NetlinkRequest(QUEUE | message, out -> {
            NfGenMsg.emit(out, NfGenMsg.NFPROTO_UNSPEC, number);
            MemorySegment verdict = out.attribute(VERDICT_HEADER, 8);
            verdict.set(Native.BE32, 0, what);
            verdict.set(Native.BE32, 4, id);
        }));
    }

    /** Packets that are still held are dropped by the kernel. */
    @Override
    public void close() {
        listener.close();
    }

    private void take(NetlinkMessage message) {
        if (message.type() == NetlinkHeader.NLMSG_ERROR) {
            @Nullable Acknowledgement said = Acknowledgement.parse(message);
            answer.complete(said == null ? new Acknowledgement(Errno.EPROTO, "short answer") : said);
        } else if (message.type() == (QUEUE | PACKET)) {
            Attributes attributes = message.attributes(NfGenMsg.SIZE);
            MemorySegment header = attributes.get(PACKET_HEADER, 4);
            MemorySegment start = attributes.get(PACKET_PAYLOAD, 0);
            if (header != null) {
                newest = header.get(Native.BE32, 0);
                packets.stopped(newest, start == null ? MemorySegment.NULL : start);
            }
        }
    }

    private void configure(String what, Consumer<NetlinkWriter> attributes) {
        answer = new CompletableFuture<>();
        int error = listener.send(new NetlinkRequest(QUEUE | CONFIG, NetlinkHeader.NLM_F_ACK, out -> {
            NfGenMsg.emit(out, NfGenMsg.NFPROTO_UNSPEC, number);
            attributes.accept(out);
        }));
        Acknowledgement said = error < 0 ? new Acknowledgement(-error, "") : await();
        if (!said.isOk()) {
            throw new LinuxException("nfqueue " + number + ": " + what, said.errno(), said.text());
        }
    }

    private Acknowledgement await() {
        try {
            return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException silent) {
            return new Acknowledgement(Errno.ETIMEDOUT, "no answer");
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return new Acknowledgement(Errno.EINTR, "interrupted");
        }
    }

    /** As many as a few milliseconds of a fast link bring; the rest goes on and is dropped for want of an SA. */
    private static final int MOST_PACKETS = 32768;
    /** An IPv6 header with extensions, a UDP header and an SPI. */
    static final int COPIED = 128;
    private static final int SOCKET_BUFFER = 16 << 20;
    private static final int ANSWER_MILLIS = 2000;
    private static final int QUEUE = 3 << 8;
    private static final int PACKET = 0;
    private static final int VERDICT = 1;
    /** About all packets up to a number. */
    private static final int VERDICT_BATCH = 3;
    /** Numbers are compared as in a circle, so half of it is ahead. */
    private static final int FAR_AHEAD = 1 << 30;
    private static final int CONFIG = 2;
    private static final int CONFIG_COMMAND = 1;
    private static final int CONFIG_PARAMETERS = 2;
    private static final int CONFIG_LENGTH = 3;
    private static final int CONFIG_MASK = 4;
    private static final int CONFIG_FLAGS = 5;
    private static final int COMMAND_BIND = 1;
    private static final int COPY_PACKET = 2;
    private static final int FAIL_OPEN = 1;
    private static final int PACKET_HEADER = 1;
    private static final int PACKET_PAYLOAD = 10;
    private static final int VERDICT_HEADER = 2;
    private static final int NF_DROP = 0;
    private static final int NF_ACCEPT = 1;
}
