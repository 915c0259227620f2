package dev.keylane.netlink;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Puts messages one behind the other into a native buffer. Everything it hands out to be filled is zero. Writing past
 * the end is our own bug and throws.
 */
public final class NetlinkWriter {
    private final MemorySegment buffer;
    private long messageStart;
    private long end;

    public NetlinkWriter(Arena arena, long capacity) {
        this.buffer = arena.allocate(capacity, 8);
    }

    /** Begins a message whose fixed part has {@code size} octets, and answers that part. */
    public MemorySegment fixed(int size) {
        return take(size);
    }

    /** An attribute with {@code size} octets of value, and answers the value. */
    public MemorySegment attribute(int type, int size) {
        MemorySegment header = take(Attributes.HEADER_SIZE);
        header.set(Native.U16, 0, (short) (Attributes.HEADER_SIZE + size));
        header.set(Native.U16, 2, (short) type);
        return take(size);
    }

    public void u32(int type, int value) {
        attribute(type, 4).set(Native.U32, 0, value);
    }

    public void u8(int type, int value) {
        attribute(type, 1).set(Native.U8, 0, (byte) value);
    }

    public void string(int type, String ascii) {
        byte[] octets = ascii.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(octets, 0, attribute(type, octets.length + 1), Native.U8, 0, octets.length);
    }

    /** An attribute whose value is what {@code content} writes. */
    public void nested(int type, Runnable content) {
        long at = end;
        MemorySegment header = take(Attributes.HEADER_SIZE);
        content.run();
        header.set(Native.U16, 0, (short) (end - at));
        header.set(Native.U16, 2, (short) (type | NLA_F_NESTED));
    }

    void begin(int type, int flags, int seq) {
        messageStart = end;
        MemorySegment header = take(NetlinkHeader.SIZE);
        header.set(Native.U16, NetlinkHeader.TYPE, (short) type);
        header.set(Native.U16, NetlinkHeader.FLAGS, (short) flags);
        header.set(Native.U32, NetlinkHeader.SEQ, seq);
    }

    void finish() {
        buffer.set(Native.U32, messageStart + NetlinkHeader.LENGTH, (int) (end - messageStart));
    }

    boolean hasRoomFor(long octets) {
        return buffer.byteSize() - end >= octets;
    }

    MemorySegment written() {
        return buffer.asSlice(0, end);
    }

    /** Overwrites everything written with zeros. */
    void wipe() {
        written().fill((byte) 0);
        end = 0;
    }

    private MemorySegment take(long size) {
        MemorySegment part = buffer.asSlice(end, size);
        end += Native.aligned(size);
        return part;
    }

    private static final int NLA_F_NESTED = 0x8000;
}
