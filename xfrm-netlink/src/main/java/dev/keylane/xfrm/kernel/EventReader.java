package dev.keylane.xfrm.kernel;

import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.XfrmEvent;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what comes to the groups ACQUIRE, EXPIRE and MAPPING. */
final class EventReader {
    private EventReader() {
    }

    /** Null for other messages and for what makes no sense. */
    static @Nullable XfrmEvent read(NetlinkMessage message) {
        return switch (message.type()) {
            case XfrmMessage.ACQUIRE -> acquire(message);
            case XfrmMessage.EXPIRE -> expire(message);
            case XfrmMessage.MAPPING -> mapping(message);
            default -> null;
        };
    }

    private static XfrmEvent.@Nullable Acquire acquire(NetlinkMessage message) {
        MemorySegment fixed = message.fixed(UserAcquire.SIZE);
        if (fixed == null) {
            return null;
        }
        Attributes attributes = message.attributes(UserAcquire.SIZE);
        List<Template> templates = PolicyReader.templates(attributes);
        if (templates.isEmpty()) {
            return null;
        }
        UserAcquire acquire = UserAcquire.parse(fixed, templates.getFirst().destination().isV4());
        if (acquire == null) {
            return null;
        }
        PolicyId policy = PolicyReader.id(acquire.policy(), attributes);
        return new XfrmEvent.Acquire(policy, acquire.policy().index(), acquire.source(), acquire.destination(),
                acquire.packet(), reqid(templates, acquire), attributes.u32(XfrmAttribute.SA_PCPU, SaSpec.NO_CPU),
                acquire.seq());
    }

    /** Of the template whose end points the state would have; of the only one in nearly every policy. */
    private static int reqid(List<Template> templates, UserAcquire acquire) {
        return templates.stream().filter(t -> t.destination().equals(acquire.destination())).findFirst()
                .orElse(templates.getFirst()).reqid();
    }

    private static XfrmEvent.@Nullable Expire expire(NetlinkMessage message) {
        MemorySegment fixed = message.fixed(UserExpire.SIZE);
        if (fixed == null) {
            return null;
        }
        Attributes attributes = message.attributes(UserExpire.SIZE);
        UserExpire expire = UserExpire.parse(fixed, XfrmMark.read(attributes));
        return expire == null
                ? null
                : new XfrmEvent.Expire(expire.state().id(), expire.state().reqid(),
                        attributes.u32(XfrmAttribute.SA_PCPU, SaSpec.NO_CPU), expire.hard());
    }

    private static XfrmEvent.@Nullable Mapping mapping(NetlinkMessage message) {
        MemorySegment fixed = message.fixed(UserMapping.LAYOUT.byteSize());
        return fixed == null ? null : UserMapping.parse(fixed);
    }
}
