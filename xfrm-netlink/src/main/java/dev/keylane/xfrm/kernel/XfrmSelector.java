package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.BE16;
import static dev.keylane.netlink.Native.U16;
import static dev.keylane.netlink.Native.U32;
import static dev.keylane.netlink.Native.U8;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Selector;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/** struct xfrm_selector. */
final class XfrmSelector {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(XfrmAddress.LAYOUT.withName("daddr"),
            XfrmAddress.LAYOUT.withName("saddr"), BE16.withName("dport"), BE16.withName("dport_mask"),
            BE16.withName("sport"), BE16.withName("sport_mask"), U16.withName("family"), U8.withName("prefixlen_d"),
            U8.withName("prefixlen_s"), U8.withName("proto"), Native.padding(3), U32.withName("ifindex"),
            U32.withName("user"));

    private static final long DADDR = Native.offset(LAYOUT, "daddr");
    private static final long SADDR = Native.offset(LAYOUT, "saddr");
    private static final long DPORT = Native.offset(LAYOUT, "dport");
    private static final long DPORT_MASK = Native.offset(LAYOUT, "dport_mask");
    private static final long SPORT = Native.offset(LAYOUT, "sport");
    private static final long SPORT_MASK = Native.offset(LAYOUT, "sport_mask");
    private static final long FAMILY = Native.offset(LAYOUT, "family");
    private static final long PREFIXLEN_D = Native.offset(LAYOUT, "prefixlen_d");
    private static final long PREFIXLEN_S = Native.offset(LAYOUT, "prefixlen_s");
    private static final long PROTO = Native.offset(LAYOUT, "proto");
    private static final long IFINDEX = Native.offset(LAYOUT, "ifindex");

    private XfrmSelector() {
    }

    static void emit(MemorySegment target, long at, Selector selector) {
        XfrmAddress.emit(target, at + DADDR, selector.destination());
        XfrmAddress.emit(target, at + SADDR, selector.source());
        emit(target, at + DPORT, at + DPORT_MASK, selector.destinationPort());
        emit(target, at + SPORT, at + SPORT_MASK, selector.sourcePort());
        target.set(U16, at + FAMILY, (short) XfrmAddress.family(selector.source()));
        target.set(U8, at + PREFIXLEN_D, (byte) selector.destinationPrefix());
        target.set(U8, at + PREFIXLEN_S, (byte) selector.sourcePrefix());
        target.set(U8, at + PROTO, (byte) selector.protocol());
        target.set(U32, at + IFINDEX, selector.ifindex());
    }

    private static void emit(MemorySegment target, long port, long mask, Selector.Port value) {
        target.set(BE16, port, (short) value.value());
        target.set(BE16, mask, (short) value.mask());
    }

    /** Null without a family, or with a prefix longer than an address. */
    static @Nullable Selector parse(MemorySegment source, long at) {
        int family = Short.toUnsignedInt(source.get(U16, at + FAMILY));
        IpAddress from = XfrmAddress.parse(source, at + SADDR, family);
        IpAddress to = XfrmAddress.parse(source, at + DADDR, family);
        int fromPrefix = Byte.toUnsignedInt(source.get(U8, at + PREFIXLEN_S));
        int toPrefix = Byte.toUnsignedInt(source.get(U8, at + PREFIXLEN_D));
        if (from == null || to == null || fromPrefix > from.bits() || toPrefix > to.bits()) {
            return null;
        }
        return new Selector(from, fromPrefix, to, toPrefix, Byte.toUnsignedInt(source.get(U8, at + PROTO)),
                port(source, at + SPORT, at + SPORT_MASK), port(source, at + DPORT, at + DPORT_MASK),
                source.get(U32, at + IFINDEX));
    }

    private static Selector.Port port(MemorySegment source, long port, long mask) {
        return new Selector.Port(Short.toUnsignedInt(source.get(BE16, port)),
                Short.toUnsignedInt(source.get(BE16, mask)));
    }
}
