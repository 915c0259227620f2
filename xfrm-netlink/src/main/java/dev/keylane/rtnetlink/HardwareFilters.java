package dev.keylane.rtnetlink;

import dev.keylane.linux.LinuxException;
import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.Native;
import dev.keylane.netlink.NetlinkClient;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.netlink.NetlinkRequest;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Filters of traffic control that a device carries out itself: what OVS puts there, for one. */
public final class HardwareFilters {
    private HardwareFilters() {
    }

    /**
     * @param kind such as {@code flower}
     */
    public record Filter(String kind, int info, int handle) {
    }

    /** Of what a device receives and sends, in this thread's network namespace; none without a classifier there. */
    public static Set<Filter> of(int device) {
        Set<Filter> found = new HashSet<>();
        try (NetlinkClient client = new NetlinkClient(NETLINK_ROUTE)) {
            for (int parent : PARENTS) {
                found.addAll(client.dump(new NetlinkRequest(RTM_GETTFILTER, out -> {
                    MemorySegment fixed = out.fixed(TCMSG_SIZE);
                    fixed.set(Native.U32, TCM_IFINDEX, device);
                    fixed.set(Native.U32, TCM_PARENT, parent);
                }), HardwareFilters::read));
            }
        } catch (LinuxException noTrafficControl) {
            return found;
        }
        return found;
    }

    static @Nullable Filter read(NetlinkMessage message) {
        MemorySegment fixed = message.type() == RTM_NEWTFILTER ? message.fixed(TCMSG_SIZE) : null;
        if (fixed == null) {
            return null;
        }
        Attributes attributes = message.attributes(TCMSG_SIZE);
        String kind = attributes.string(TCA_KIND);
        Integer flagsAt = kind == null ? null : FLAGS_OF.get(kind);
        boolean inHardware = flagsAt != null
                && (attributes.nested(TCA_OPTIONS).u32(flagsAt, 0) & TCA_CLS_FLAGS_IN_HW) != 0;
        return inHardware ? new Filter(kind, fixed.get(Native.U32, TCM_INFO), fixed.get(Native.U32, TCM_HANDLE)) : null;
    }

    private static final int NETLINK_ROUTE = 0;
    private static final int RTM_NEWTFILTER = 44;
    private static final int RTM_GETTFILTER = 46;
    /** struct tcmsg. */
    private static final int TCMSG_SIZE = 20;
    private static final long TCM_IFINDEX = 4;
    private static final long TCM_HANDLE = 8;
    private static final long TCM_PARENT = 12;
    private static final long TCM_INFO = 16;
    /** TC_H_MIN_INGRESS and TC_H_MIN_EGRESS of clsact. */
    private static final int[] PARENTS = {0xfffffff2, 0xfffffff3};
    private static final int TCA_KIND = 1;
    private static final int TCA_OPTIONS = 2;
    private static final int TCA_CLS_FLAGS_IN_HW = 4;
    /** TCA_FLOWER_FLAGS and its like, linux/pkt_cls.h. */
    private static final Map<String, Integer> FLAGS_OF = Map.of("flower", 22, "matchall", 3, "u32", 11, "bpf", 8);
}
