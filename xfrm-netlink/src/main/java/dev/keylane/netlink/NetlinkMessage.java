package dev.keylane.netlink;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A view of a received message; it dies with the next one.
 *
 * @param payload fixed part and attributes, without the header
 */
public record NetlinkMessage(int type, int flags, int seq, int pid, MemorySegment payload) {
    /** The messages of a datagram in their order; one whose length is wrong ends it. */
    public static List<NetlinkMessage> split(MemorySegment datagram) {
        List<NetlinkMessage> messages = new ArrayList<>();
        long at = 0;
        while (datagram.byteSize() - at >= NetlinkHeader.SIZE) {
            long length = Integer.toUnsignedLong(datagram.get(Native.U32, at + NetlinkHeader.LENGTH));
            if (length < NetlinkHeader.SIZE || length > datagram.byteSize() - at) {
                break;
            }
            messages.add(read(datagram.asSlice(at, length)));
            at += Native.aligned(length);
        }
        return messages;
    }

    private static NetlinkMessage read(MemorySegment message) {
        return new NetlinkMessage(Short.toUnsignedInt(message.get(Native.U16, NetlinkHeader.TYPE)),
                Short.toUnsignedInt(message.get(Native.U16, NetlinkHeader.FLAGS)),
                message.get(Native.U32, NetlinkHeader.SEQ), message.get(Native.U32, NetlinkHeader.PID),
                message.asSlice(NetlinkHeader.SIZE));
    }

    /** The fixed part of {@code size} octets, null when the message is shorter. */
    public @Nullable MemorySegment fixed(long size) {
        return payload.byteSize() < size ? null : payload.asSlice(0, size);
    }

    /** What follows a fixed part of {@code size} octets; none when the message is shorter. */
    public Attributes attributes(long size) {
        long from = Native.aligned(size);
        return payload.byteSize() < from ? Attributes.NONE : Attributes.of(payload.asSlice(from));
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
