package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.BE32;
import static dev.keylane.netlink.Native.U8;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/** struct xfrm_id. */
final class XfrmId {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(XfrmAddress.LAYOUT.withName("daddr"),
            BE32.withName("spi"), U8.withName("proto"), Native.padding(3));

    private static final long DADDR = Native.offset(LAYOUT, "daddr");
    private static final long SPI = Native.offset(LAYOUT, "spi");
    private static final long PROTO = Native.offset(LAYOUT, "proto");

    private XfrmId() {
    }

    static void emit(MemorySegment target, long at, IpAddress destination, int spi, int protocol) {
        XfrmAddress.emit(target, at + DADDR, destination);
        target.set(BE32, at + SPI, spi);
        target.set(U8, at + PROTO, (byte) protocol);
    }

    static @Nullable SaId parse(MemorySegment source, long at, int family, Mark mark) {
        IpAddress destination = XfrmAddress.parse(source, at + DADDR, family);
        return destination == null
                ? null
                : new SaId(destination, source.get(BE32, at + SPI), source.get(U8, at + PROTO) & 0xff, mark);
    }
}
