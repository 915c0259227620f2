package dev.keylane.bpf;

import dev.keylane.linux.LinuxException;
import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkReply;
import dev.keylane.netlink.NetlinkRequest;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The program on a device's hook, whoever put it there.
 *
 * @param id   its number in the whole system
 * @param name empty when it has none
 */
public record XdpHook(XdpMode mode, int id, String name) {
    /** What is on the hook; of several the one that the driver runs. Empty for none. */
    public static Optional<XdpHook> on(int deviceIndex) {
        try (NetlinkClient client = new NetlinkClient(NETLINK_ROUTE)) {
            NetlinkRequest request = new NetlinkRequest(RTM_GETLINK,
                    out -> out.fixed(IFINFOMSG_SIZE).set(Native.U32, IFI_INDEX, deviceIndex));
            NetlinkReply<XdpHook> reply = client.transact(List.of(request), XdpHook::read).getFirst();
            if (!reply.acknowledgement().isOk()) {
                throw new LinuxException("rtnetlink getlink " + deviceIndex, reply.acknowledgement().errno(),
                        reply.acknowledgement().text());
            }
            return Optional.ofNullable(reply.data()).map(XdpHook::named);
        }
    }

    private static @Nullable XdpHook read(NetlinkMessage message) {
        if (message.type() != RTM_NEWLINK) {
            return null;
        }
        MemorySegment nested = message.attributes(IFINFOMSG_SIZE).get(IFLA_XDP, Attributes.HEADER_SIZE);
        if (nested == null) {
            return null;
        }
        Attributes xdp = Attributes.of(nested);
        int driver = xdp.u32(IFLA_XDP_DRV_PROG_ID, 0);
        int skb = xdp.u32(IFLA_XDP_SKB_PROG_ID, 0);
        int hardware = xdp.u32(IFLA_XDP_HW_PROG_ID, 0);
        return driver != 0 || hardware != 0 ? new XdpHook(XdpMode.NATIVE, driver != 0 ? driver : hardware, "")
                : skb != 0 ? new XdpHook(XdpMode.GENERIC, skb, "") : null;
    }

    private XdpHook named() {
        try (BpfProgram program = BpfProgram.byId(id).orElse(null)) {
            return program == null ? this : new XdpHook(mode, id, program.name());
        } catch (LinuxException notToUs) {
            return this;
        }
    }

    /** Such as {@code program 17 "xdp_dispatcher" (native)}. */
    @Override
    public String toString() {
        return "program " + id + (name.isEmpty() ? "" : " \"" + name + "\"") + " (" + mode + ")";
    }

    private static final int NETLINK_ROUTE = 0;
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int IFINFOMSG_SIZE = 16;
    private static final long IFI_INDEX = 4;
    private static final int IFLA_XDP = 43;
    private static final int IFLA_XDP_DRV_PROG_ID = 5;
    private static final int IFLA_XDP_SKB_PROG_ID = 6;
    private static final int IFLA_XDP_HW_PROG_ID = 7;
}
