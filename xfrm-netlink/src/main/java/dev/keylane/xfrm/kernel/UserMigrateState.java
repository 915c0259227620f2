package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U16;
import static dev.keylane.netlink.Native.U32;

import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkWriter;
import dev.keylane.xfrm.SaSpec;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct xfrm_user_migrate_state, Linux 7.2. What it does not name, such as algorithms, CPU and counters, stays. */
final class UserMigrateState {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(UserSaId.LAYOUT.withName("id"),
            XfrmAddress.LAYOUT.withName("new_daddr"), XfrmAddress.LAYOUT.withName("new_saddr"),
            XfrmMark.LAYOUT.withName("old_mark"), XfrmSelector.LAYOUT.withName("new_sel"), U32.withName("new_reqid"),
            U32.withName("flags"), U16.withName("new_family"), U16.withName("reserved"));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long NEW_DADDR = Native.offset(LAYOUT, "new_daddr");
    private static final long NEW_SADDR = Native.offset(LAYOUT, "new_saddr");
    private static final long OLD_MARK = Native.offset(LAYOUT, "old_mark");
    private static final long NEW_SEL = Native.offset(LAYOUT, "new_sel");
    private static final long NEW_REQID = Native.offset(LAYOUT, "new_reqid");
    private static final long NEW_FAMILY = Native.offset(LAYOUT, "new_family");

    private UserMigrateState() {
    }

    static void write(NetlinkWriter out, SaSpec from, SaSpec to) {
        MemorySegment body = out.fixed(SIZE);
        UserSaId.emit(body, from.id());
        XfrmAddress.emit(body, NEW_DADDR, to.id().destination());
        XfrmAddress.emit(body, NEW_SADDR, to.source());
        XfrmMark.emit(body, OLD_MARK, from.id().mark());
        if (to.mode() == SaSpec.Mode.TRANSPORT) {
            XfrmSelector.emit(body, NEW_SEL, to.selector());
        }
        body.set(U32, NEW_REQID, to.reqid());
        body.set(U16, NEW_FAMILY, (short) XfrmAddress.family(to.source()));
        SaSpec.Encap encap = to.encap();
        if (encap != null) {
            EncapTmpl.write(out, encap);
        }
    }
}
