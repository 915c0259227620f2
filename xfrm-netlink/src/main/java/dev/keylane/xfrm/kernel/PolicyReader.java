package dev.keylane.xfrm.kernel;

import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicyInfo;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.Template;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads XFRM_MSG_NEWPOLICY as the kernel answers GETPOLICY with it. */
final class PolicyReader {
    private PolicyReader() {
    }

    /** Null for another message, for a socket's policy, and for what is not IP. */
    static @Nullable PolicyInfo read(NetlinkMessage message) {
        MemorySegment fixed = message.fixed(UserPolicyInfo.SIZE);
        if (message.type() != XfrmMessage.NEWPOLICY || fixed == null) {
            return null;
        }
        UserPolicyInfo info = UserPolicyInfo.parse(fixed, 0);
        if (info == null) {
            return null;
        }
        Attributes attributes = message.attributes(UserPolicyInfo.SIZE);
        PolicySpec policy = new PolicySpec(id(info, attributes), info.action(), info.priority(),
                templates(attributes), info.cpuAcquire(), UserOffload.read(attributes));
        return new PolicyInfo(policy, info.index(), UserPolicyInfo.lastUsed(fixed));
    }

    static PolicyId id(UserPolicyInfo info, Attributes attributes) {
        return new PolicyId(info.selector(), info.direction(), XfrmMark.read(attributes),
                attributes.u32(XfrmAttribute.IF_ID, 0));
    }

    /** Those of IP; octets that make no whole template are passed over. */
    static List<Template> templates(Attributes attributes) {
        MemorySegment value = attributes.get(XfrmAttribute.TMPL, UserTmpl.SIZE);
        List<Template> templates = new ArrayList<>();
        for (long at = 0; value != null && at + UserTmpl.SIZE <= value.byteSize(); at += UserTmpl.SIZE) {
            Template template = UserTmpl.parse(value, at);
            if (template != null) {
                templates.add(template);
            }
        }
        return templates;
    }
}
