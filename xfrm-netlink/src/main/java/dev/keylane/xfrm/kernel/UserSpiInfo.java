package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U32;

import dev.keylane.netlink.Native;
import dev.keylane.xfrm.SaSpec;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** struct xfrm_userspi_info: asks for an SPI between two, both in host order. */
final class UserSpiInfo {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(UserSaInfo.LAYOUT.withName("info"),
            U32.withName("min"), U32.withName("max"));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long INFO = Native.offset(LAYOUT, "info");
    private static final long MIN = Native.offset(LAYOUT, "min");
    private static final long MAX = Native.offset(LAYOUT, "max");

    private UserSpiInfo() {
    }

    static void emit(MemorySegment target, SaSpec sa, int min, int max) {
        UserSaInfo.emit(target.asSlice(INFO, UserSaInfo.SIZE), sa, 0, 0);
        target.set(U32, MIN, min);
        target.set(U32, MAX, max);
    }
}
