package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U32;
import static dev.keylane.netlink.Native.U8;

import dev.keylane.linux.Interfaces;
import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkWriter;
import dev.keylane.xfrm.SaSpec.Offload;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/** struct xfrm_user_offload, XFRMA_OFFLOAD_DEV. */
final class UserOffload {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(U32.withName("ifindex"), U8.withName("flags"),
            Native.padding(3));

    static final int INBOUND = 2;
    static final int PACKET = 4;

    private static final long IFINDEX = Native.offset(LAYOUT, "ifindex");
    private static final long FLAGS = Native.offset(LAYOUT, "flags");
    private static final int SIZE = (int) LAYOUT.byteSize();

    private UserOffload() {
    }

    static void write(NetlinkWriter out, int ifindex, int flags) {
        MemorySegment value = out.attribute(XfrmAttribute.OFFLOAD_DEV, SIZE);
        value.set(U32, IFINDEX, ifindex);
        value.set(U8, FLAGS, (byte) flags);
    }

    /** As granted; a device that is gone is named by its number. */
    static @Nullable Offload read(Attributes attributes) {
        MemorySegment value = attributes.get(XfrmAttribute.OFFLOAD_DEV, SIZE);
        if (value == null) {
            return null;
        }
        int ifindex = value.get(U32, IFINDEX);
        String device = Interfaces.name(ifindex).orElse("if" + Integer.toUnsignedString(ifindex));
        return new Offload(device, (value.get(U8, FLAGS) & PACKET) != 0);
    }
}
