package dev.keylane.netlink;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Building blocks of the kernel's structures: fields in the machine's order unless they are BE. They are unaligned
 * since attributes lie at any multiple of four, so padding is always written out.
 */
public final class Native {
    public static final ValueLayout.OfByte U8 = ValueLayout.JAVA_BYTE;
    public static final ValueLayout.OfShort U16 = ValueLayout.JAVA_SHORT_UNALIGNED;
    public static final ValueLayout.OfInt U32 = ValueLayout.JAVA_INT_UNALIGNED;
    public static final ValueLayout.OfLong U64 = ValueLayout.JAVA_LONG_UNALIGNED;
    public static final ValueLayout.OfShort BE16 = U16.withOrder(ByteOrder.BIG_ENDIAN);
    public static final ValueLayout.OfInt BE32 = U32.withOrder(ByteOrder.BIG_ENDIAN);

    private Native() {
    }

    /** Where a member lies; nested ones by their path. */
    public static long offset(StructLayout layout, String... path) {
        PathElement[] elements = new PathElement[path.length];
        for (int i = 0; i < path.length; i++) {
            elements[i] = PathElement.groupElement(path[i]);
        }
        return layout.byteOffset(elements);
    }

    public static MemoryLayout padding(int octets) {
        return MemoryLayout.paddingLayout(octets);
    }

    /** Rounded up to the alignment of messages and attributes. */
    static long aligned(long length) {
        return length + 3 & ~3L;
    }
}
