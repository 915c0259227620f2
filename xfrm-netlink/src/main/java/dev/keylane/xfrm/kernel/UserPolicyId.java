package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U32;
import static dev.keylane.netlink.Native.U8;

import dev.keylane.netlink.Native;
import dev.keylane.xfrm.PolicyId;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct xfrm_userpolicy_id; index 0 names a policy by its selector. */
final class UserPolicyId {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(XfrmSelector.LAYOUT.withName("sel"),
            U32.withName("index"), U8.withName("dir"), Native.padding(3));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long SEL = Native.offset(LAYOUT, "sel");
    private static final long DIR = Native.offset(LAYOUT, "dir");

    private UserPolicyId() {
    }

    static void emit(MemorySegment target, PolicyId id) {
        XfrmSelector.emit(target, SEL, id.selector());
        target.set(U8, DIR, (byte) id.direction().ordinal());
    }
}
