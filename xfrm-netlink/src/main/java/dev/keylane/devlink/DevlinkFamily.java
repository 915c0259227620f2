package dev.keylane.devlink;

import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkRequest;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What generic netlink calls devlink here.
 *
 * @param id     type of its messages
 * @param config number of the group that hears of changes, 0 for none
 */
record DevlinkFamily(int id, int config) {
    /** Empty when the kernel has no devlink. */
    static Optional<DevlinkFamily> ask(NetlinkClient client) {
        NetlinkRequest question = new NetlinkRequest(GENL_ID_CTRL, out -> {
            out.fixed(GENL_HEADER_SIZE).set(Native.U8, 0, (byte) CTRL_CMD_GETFAMILY);
            out.string(CTRL_ATTR_FAMILY_NAME, "devlink");
        });
        return Optional.ofNullable(client.transact(List.of(question), DevlinkFamily::read).getFirst().data());
    }

    private static @Nullable DevlinkFamily read(NetlinkMessage message) {
        Attributes family = message.attributes(GENL_HEADER_SIZE);
        MemorySegment id = family.get(CTRL_ATTR_FAMILY_ID, 2);
        return id == null ? null : new DevlinkFamily(Short.toUnsignedInt(id.get(Native.U16, 0)), config(family));
    }

    /** Groups are numbered from 1 in the list; devlink has one. */
    static int config(Attributes family) {
        Attributes groups = family.nested(CTRL_ATTR_MCAST_GROUPS);
        for (int number = 1; groups.has(number); number++) {
            Attributes group = groups.nested(number);
            if ("config".equals(group.string(CTRL_ATTR_MCAST_GRP_NAME))) {
                return group.u32(CTRL_ATTR_MCAST_GRP_ID, 0);
            }
        }
        return 0;
    }

    static final int NETLINK_GENERIC = 16;
    /** struct genlmsghdr: command, version, two octets of nothing. */
    static final int GENL_HEADER_SIZE = 4;
    private static final int GENL_ID_CTRL = 16;
    private static final int CTRL_CMD_GETFAMILY = 3;
    private static final int CTRL_ATTR_FAMILY_ID = 1;
    private static final int CTRL_ATTR_FAMILY_NAME = 2;
    private static final int CTRL_ATTR_MCAST_GROUPS = 7;
    private static final int CTRL_ATTR_MCAST_GRP_NAME = 1;
    private static final int CTRL_ATTR_MCAST_GRP_ID = 2;
}
