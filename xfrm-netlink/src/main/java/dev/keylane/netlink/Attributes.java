package dev.keylane.netlink;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Attributes of a message by type; of several with one type the last counts, and types from 256 up are passed over. */
public final class Attributes {
    public static final int HEADER_SIZE = 4;
    static final Attributes NONE = new Attributes();

    private @Nullable MemorySegment[] values = new MemorySegment[USUAL_TYPES];

    private Attributes() {
    }

    /** Reads a run of attributes; one whose length is wrong ends it. */
    public static Attributes of(MemorySegment run) {
        Attributes attributes = new Attributes();
        long at = 0;
        while (run.byteSize() - at >= HEADER_SIZE) {
            int length = Short.toUnsignedInt(run.get(Native.U16, at));
            int type = run.get(Native.U16, at + 2) & TYPE_MASK;
            if (length < HEADER_SIZE || length > run.byteSize() - at) {
                break;
            }
            if (type < TYPES) {
                attributes.put(type, run.asSlice(at + HEADER_SIZE, length - HEADER_SIZE));
            }
            at += Native.aligned(length);
        }
        return attributes;
    }

    private void put(int type, MemorySegment value) {
        if (type >= values.length) {
            values = Arrays.copyOf(values, TYPES);
        }
        values[type] = value;
    }

    public boolean has(int type) {
        return type < values.length && values[type] != null;
    }

    /** The value, null when there is none or it has fewer than {@code size} octets. */
    public @Nullable MemorySegment get(int type, long size) {
        MemorySegment value = type < values.length ? values[type] : null;
        return value == null || value.byteSize() < size ? null : value;
    }

    public int u32(int type, int otherwise) {
        MemorySegment value = get(type, 4);
        return value == null ? otherwise : value.get(Native.U32, 0);
    }

    public int u8(int type, int otherwise) {
        MemorySegment value = get(type, 1);
        return value == null ? otherwise : Byte.toUnsignedInt(value.get(Native.U8, 0));
    }

    public long u64(int type, long otherwise) {
        MemorySegment value = get(type, 8);
        return value == null ? otherwise : value.get(Native.U64, 0);
    }

    /** The attributes within one; none when it is not there. */
    public Attributes nested(int type) {
        MemorySegment value = get(type, HEADER_SIZE);
        return value == null ? NONE : of(value);
    }

    /** Printable text up to its NUL, so that what is logged stays one line; null when there is none. */
    public @Nullable String string(int type) {
        MemorySegment value = get(type, 1);
        if (value == null) {
            return null;
        }
        byte[] bytes = value.asSlice(0, Math.min(value.byteSize(), MAX_TEXT)).toArray(Native.U8);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ").strip();
    }

    /** Without the bits for nesting and byte order. */
    private static final int TYPE_MASK = 0x3fff;
    private static final int USUAL_TYPES = 64;
    private static final int TYPES = 256;
    private static final int MAX_TEXT = 512;
}
