package dev.keylane.netlink;

import static dev.keylane.netlink.Native.U16;
import static dev.keylane.netlink.Native.U32;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;

/** struct nlmsghdr, and the numbers all families share. */
public final class NetlinkHeader {
    public static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("nlmsg_len"),
            U16.withName("nlmsg_type"), U16.withName("nlmsg_flags"), U32.withName("nlmsg_seq"),
            U32.withName("nlmsg_pid"));

    static final long LENGTH = Native.offset(LAYOUT, "nlmsg_len");
    static final long TYPE = Native.offset(LAYOUT, "nlmsg_type");
    static final long FLAGS = Native.offset(LAYOUT, "nlmsg_flags");
    static final long SEQ = Native.offset(LAYOUT, "nlmsg_seq");
    static final long PID = Native.offset(LAYOUT, "nlmsg_pid");
    public static final int SIZE = (int) LAYOUT.byteSize();

    public static final int NLMSG_ERROR = 2;
    public static final int NLMSG_DONE = 3;

    public static final int NLM_F_REQUEST = 1;
    public static final int NLM_F_MULTI = 2;
    public static final int NLM_F_ACK = 4;
    public static final int NLM_F_DUMP_INTR = 0x10;
    public static final int NLM_F_DUMP = 0x300;
    /** On a request that makes something. */
    public static final int NLM_F_CREATE = 0x400;
    /** On an error: of the request only the header is copied. */
    public static final int NLM_F_CAPPED = 0x100;
    /** On an error: attributes with the extended text follow. */
    public static final int NLM_F_ACK_TLVS = 0x200;

    private NetlinkHeader() {
    }
}
