package dev.keylane.netfilter;

import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkWriter;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct nfgenmsg, the fixed part of every message of NETLINK_NETFILTER, and the numbers all its subsystems share. */
final class NfGenMsg {
    static final int NETLINK_NETFILTER = 12;
    static final int NFPROTO_UNSPEC = 0;
    static final int NFPROTO_INET = 1;

    private static final StructLayout LAYOUT = MemoryLayout.structLayout(Native.U8.withName("nfgen_family"),
            Native.U8.withName("version"), Native.BE16.withName("res_id"));
    static final int SIZE = (int) LAYOUT.byteSize();

    private NfGenMsg() {
    }

    /** @param resource a queue's number, or a batch's subsystem */
    static void emit(NetlinkWriter out, int family, int resource) {
        MemorySegment fixed = out.fixed(SIZE);
        fixed.set(Native.U8, Native.offset(LAYOUT, "nfgen_family"), (byte) family);
        fixed.set(Native.BE16, Native.offset(LAYOUT, "res_id"), (short) resource);
    }

    /** All numbers of netfilter's attributes are in network order. */
    static void be32(NetlinkWriter out, int attribute, int value) {
        out.attribute(attribute, 4).set(Native.BE32, 0, value);
    }

    static void be16(NetlinkWriter out, int attribute, int value) {
        out.attribute(attribute, 2).set(Native.BE16, 0, (short) value);
    }
}
