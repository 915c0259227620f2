package dev.keylane.xfrm.kernel;

import dev.keylane.netlink.NetlinkWriter;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmCapabilities;
import java.lang.foreign.MemorySegment;

/** Writes XFRM_MSG_NEWPOLICY, UPDPOLICY, and what names a policy in the others. */
final class PolicyWriter {
    /** XFRM_MAX_DEPTH. */
    static final int MAX_TEMPLATES = 6;

    private final XfrmCapabilities can;

    PolicyWriter(XfrmCapabilities can) {
        this.can = can;
    }

    /**
     * @param ifindex of the offload device, 0 without
     */
    void write(NetlinkWriter out, PolicySpec policy, int ifindex) {
        PolicyId id = policy.id();
        int flags = policy.cpuAcquire() && can.perCpu() ? UserPolicyInfo.CPU_ACQUIRE : 0;
        new UserPolicyInfo(id.selector(), policy.priority(), 0, id.direction(), policy.action(), flags)
                .emit(out.fixed(UserPolicyInfo.SIZE));
        writeTemplates(out, policy);
        writeNames(out, id);
        if (policy.offload() != null) {
            UserOffload.write(out, ifindex, UserOffload.PACKET);
        }
    }

    private static void writeTemplates(NetlinkWriter out, PolicySpec policy) {
        if (policy.templates().isEmpty()) {
            return;
        }
        MemorySegment value = out.attribute(XfrmAttribute.TMPL, policy.templates().size() * UserTmpl.SIZE);
        long at = 0;
        for (Template template : policy.templates()) {
            UserTmpl.emit(value, at, template);
            at += UserTmpl.SIZE;
        }
    }

    static void writeId(NetlinkWriter out, PolicyId id) {
        UserPolicyId.emit(out.fixed(UserPolicyId.SIZE), id);
        writeNames(out, id);
    }

    private static void writeNames(NetlinkWriter out, PolicyId id) {
        XfrmMark.write(out, id.mark());
        if (id.ifId() != 0) {
            out.u32(XfrmAttribute.IF_ID, id.ifId());
        }
    }
}
