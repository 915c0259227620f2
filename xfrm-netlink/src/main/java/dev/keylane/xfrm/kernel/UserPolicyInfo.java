package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U32;
import static dev.keylane.netlink.Native.U8;

import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Lifetime;
import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec.Action;
import dev.keylane.xfrm.Selector;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/**
 * struct xfrm_userpolicy_info.
 *
 * @param index 0 on a policy not yet installed
 * @param flags XFRM_POLICY_*
 */
record UserPolicyInfo(Selector selector, int priority, int index, Direction direction, Action action, int flags) {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(XfrmSelector.LAYOUT.withName("sel"),
            LifetimeCfg.LAYOUT.withName("lft"), LifetimeCur.LAYOUT.withName("curlft"), U32.withName("priority"),
            U32.withName("index"), U8.withName("dir"), U8.withName("action"), U8.withName("flags"),
            U8.withName("share"), Native.padding(4));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long SEL = Native.offset(LAYOUT, "sel");
    private static final long LFT = Native.offset(LAYOUT, "lft");
    private static final long CURLFT = Native.offset(LAYOUT, "curlft");
    private static final long PRIORITY = Native.offset(LAYOUT, "priority");
    private static final long INDEX = Native.offset(LAYOUT, "index");
    private static final long DIR = Native.offset(LAYOUT, "dir");
    private static final long ACTION = Native.offset(LAYOUT, "action");
    private static final long FLAGS = Native.offset(LAYOUT, "flags");

    static final int CPU_ACQUIRE = 4;
    private static final int XFRM_POLICY_BLOCK = 1;

    void emit(MemorySegment target) {
        XfrmSelector.emit(target, SEL, selector);
        LifetimeCfg.emit(target, LFT, Lifetime.UNLIMITED);
        target.set(U32, PRIORITY, priority);
        target.set(U32, INDEX, index);
        target.set(U8, DIR, (byte) direction.ordinal());
        target.set(U8, ACTION, (byte) (action == Action.BLOCK ? XFRM_POLICY_BLOCK : 0));
        target.set(U8, FLAGS, (byte) flags);
    }

    /** Null for a policy of a socket, whose direction is beyond the three, and for a family that is not IP. */
    static @Nullable UserPolicyInfo parse(MemorySegment source, long at) {
        Selector selector = XfrmSelector.parse(source, at + SEL);
        int direction = Byte.toUnsignedInt(source.get(U8, at + DIR));
        if (selector == null || direction >= Direction.values().length) {
            return null;
        }
        boolean blocks = source.get(U8, at + ACTION) == XFRM_POLICY_BLOCK;
        return new UserPolicyInfo(selector, source.get(U32, at + PRIORITY), source.get(U32, at + INDEX),
                Direction.values()[direction], blocks ? Action.BLOCK : Action.ALLOW,
                Byte.toUnsignedInt(source.get(U8, at + FLAGS)));
    }

    /** Of the policy at the start of the segment. */
    static long lastUsed(MemorySegment source) {
        return LifetimeCur.useTime(source, CURLFT);
    }

    boolean cpuAcquire() {
        return (flags & CPU_ACQUIRE) != 0;
    }
}
