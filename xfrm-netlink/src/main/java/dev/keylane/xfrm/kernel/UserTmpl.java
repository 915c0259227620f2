package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U16;
import static dev.keylane.netlink.Native.U32;
import static dev.keylane.netlink.Native.U8;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.Template;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/** struct xfrm_user_tmpl. */
final class UserTmpl {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(XfrmId.LAYOUT.withName("id"),
            U16.withName("family"), Native.padding(2), XfrmAddress.LAYOUT.withName("saddr"), U32.withName("reqid"),
            U8.withName("mode"), U8.withName("share"), U8.withName("optional"), Native.padding(1),
            U32.withName("aalgos"), U32.withName("ealgos"), U32.withName("calgos"));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long ID = Native.offset(LAYOUT, "id");
    private static final long FAMILY = Native.offset(LAYOUT, "family");
    private static final long SADDR = Native.offset(LAYOUT, "saddr");
    private static final long REQID = Native.offset(LAYOUT, "reqid");
    private static final long MODE = Native.offset(LAYOUT, "mode");
    private static final long OPTIONAL = Native.offset(LAYOUT, "optional");
    private static final long AALGOS = Native.offset(LAYOUT, "aalgos");
    private static final long EALGOS = Native.offset(LAYOUT, "ealgos");
    private static final long CALGOS = Native.offset(LAYOUT, "calgos");
    private static final int ANY_ALGORITHM = ~0;

    private UserTmpl() {
    }

    static void emit(MemorySegment target, long at, Template template) {
        XfrmId.emit(target, at + ID, template.destination(), 0, SaId.ESP);
        target.set(U16, at + FAMILY, (short) XfrmAddress.family(template.destination()));
        XfrmAddress.emit(target, at + SADDR, template.source());
        target.set(U32, at + REQID, template.reqid());
        target.set(U8, at + MODE, (byte) XfrmMode.number(template.mode()));
        target.set(U8, at + OPTIONAL, (byte) (template.optional() ? 1 : 0));
        target.set(U32, at + AALGOS, ANY_ALGORITHM);
        target.set(U32, at + EALGOS, ANY_ALGORITHM);
        target.set(U32, at + CALGOS, ANY_ALGORITHM);
    }

    /** Null for a family that is not IP. */
    static @Nullable Template parse(MemorySegment source, long at) {
        int family = Short.toUnsignedInt(source.get(U16, at + FAMILY));
        SaId id = XfrmId.parse(source, at + ID, family, Mark.NONE);
        IpAddress from = XfrmAddress.parse(source, at + SADDR, family);
        if (id == null || from == null) {
            return null;
        }
        return new Template(from, id.destination(), XfrmMode.of(source.get(U8, at + MODE)),
                source.get(U32, at + REQID), source.get(U8, at + OPTIONAL) != 0);
    }
}
