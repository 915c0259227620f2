package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.BE16;
import static dev.keylane.netlink.Native.U32;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.XfrmEvent;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/** struct xfrm_user_mapping. */
final class UserMapping {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(UserSaId.LAYOUT.withName("id"),
            U32.withName("reqid"), XfrmAddress.LAYOUT.withName("old_saddr"),
            XfrmAddress.LAYOUT.withName("new_saddr"), BE16.withName("old_sport"), BE16.withName("new_sport"));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long ID = Native.offset(LAYOUT, "id");
    private static final long OLD_SADDR = Native.offset(LAYOUT, "old_saddr");
    private static final long NEW_SADDR = Native.offset(LAYOUT, "new_saddr");
    private static final long OLD_SPORT = Native.offset(LAYOUT, "old_sport");
    private static final long NEW_SPORT = Native.offset(LAYOUT, "new_sport");

    private UserMapping() {
    }

    static XfrmEvent.@Nullable Mapping parse(MemorySegment source) {
        int family = UserSaId.family(source, ID);
        SaId id = UserSaId.parse(source, ID, Mark.NONE);
        IpAddress before = XfrmAddress.parse(source, OLD_SADDR, family);
        IpAddress now = XfrmAddress.parse(source, NEW_SADDR, family);
        if (id == null || before == null || now == null) {
            return null;
        }
        return new XfrmEvent.Mapping(id, before, Short.toUnsignedInt(source.get(BE16, OLD_SPORT)), now,
                Short.toUnsignedInt(source.get(BE16, NEW_SPORT)));
    }
}
