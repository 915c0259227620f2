package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.BE32;
import static dev.keylane.netlink.Native.U16;
import static dev.keylane.netlink.Native.U8;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/** struct xfrm_usersa_id. */
final class UserSaId {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(XfrmAddress.LAYOUT.withName("daddr"),
            BE32.withName("spi"), U16.withName("family"), U8.withName("proto"), Native.padding(1));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long DADDR = Native.offset(LAYOUT, "daddr");
    private static final long SPI = Native.offset(LAYOUT, "spi");
    private static final long FAMILY = Native.offset(LAYOUT, "family");
    private static final long PROTO = Native.offset(LAYOUT, "proto");

    private UserSaId() {
    }

    static void emit(MemorySegment target, SaId id) {
        XfrmAddress.emit(target, DADDR, id.destination());
        target.set(BE32, SPI, id.spi());
        target.set(U16, FAMILY, (short) XfrmAddress.family(id.destination()));
        target.set(U8, PROTO, (byte) id.protocol());
    }

    static int family(MemorySegment source, long at) {
        return Short.toUnsignedInt(source.get(U16, at + FAMILY));
    }

    /** Null for a family that is not IP. */
    static @Nullable SaId parse(MemorySegment source, long at, Mark mark) {
        IpAddress destination = XfrmAddress.parse(source, at + DADDR, family(source, at));
        return destination == null
                ? null
                : new SaId(destination, source.get(BE32, at + SPI), source.get(U8, at + PROTO) & 0xff, mark);
    }
}
