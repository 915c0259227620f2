package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U32;

import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkWriter;
import dev.keylane.xfrm.Mark;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct xfrm_mark, XFRMA_MARK. */
final class XfrmMark {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("v"), U32.withName("m"));

    private static final long V = Native.offset(LAYOUT, "v");
    private static final long M = Native.offset(LAYOUT, "m");
    private static final int SIZE = (int) LAYOUT.byteSize();

    private XfrmMark() {
    }

    /** Nothing when there is no mark. */
    static void write(NetlinkWriter out, Mark mark) {
        if (mark.isSet()) {
            MemorySegment value = out.attribute(XfrmAttribute.MARK, SIZE);
            emit(value, 0, mark);
        }
    }

    static void emit(MemorySegment target, long at, Mark mark) {
        target.set(U32, at + V, mark.value());
        target.set(U32, at + M, mark.mask());
    }

    static Mark read(Attributes attributes) {
        MemorySegment value = attributes.get(XfrmAttribute.MARK, SIZE);
        return value == null ? Mark.NONE : new Mark(value.get(U32, V), value.get(U32, M));
    }
}
