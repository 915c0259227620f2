package dev.keylane.xfrm.kernel;

import dev.keylane.linux.Errno;
import dev.keylane.linux.Interfaces;
import dev.keylane.netlink.NetlinkRequest;
import dev.keylane.netlink.NetlinkWriter;
import dev.keylane.xfrm.PolicyId;
import dev.keylane.xfrm.PolicySpec;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.SaSpec.Offload;
import dev.keylane.xfrm.XfrmCapabilities;
import dev.keylane.xfrm.XfrmError;
import dev.keylane.xfrm.XfrmRequest;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Turns requests into messages. */
final class RequestWriter {
    private final SaWriter states;
    private final PolicyWriter policies;

    RequestWriter(XfrmCapabilities can) {
        this.states = new SaWriter(can);
        this.policies = new PolicyWriter(can);
    }

    Encoding encode(XfrmRequest request) {
        return switch (request) {
            case XfrmRequest.NewSa(var sa, var keys) -> onDevice(XfrmMessage.NEWSA, sa.offload(),
                    ifindex -> out -> states.write(out, sa, keys, ifindex));
            case XfrmRequest.UpdSa(SaSpec sa) -> sendable(XfrmMessage.UPDSA, out -> states.writeUpdate(out, sa));
            case XfrmRequest.MigrateState(SaSpec from, SaSpec to) -> sendable(XfrmMessage.MIGRATE_STATE,
                    out -> UserMigrateState.write(out, from, to));
            case XfrmRequest.DelSa(SaId id) -> sendable(XfrmMessage.DELSA, out -> writeId(out, id));
            case XfrmRequest.GetSa(SaId id) -> sendable(XfrmMessage.GETSA, out -> writeId(out, id));
            case XfrmRequest.NewPolicy(PolicySpec policy) -> policy(XfrmMessage.NEWPOLICY, policy);
            case XfrmRequest.UpdPolicy(PolicySpec policy) -> policy(XfrmMessage.UPDPOLICY, policy);
            case XfrmRequest.DelPolicy(PolicyId id) -> sendable(XfrmMessage.DELPOLICY,
                    out -> PolicyWriter.writeId(out, id));
            case XfrmRequest.GetPolicy(PolicyId id) -> sendable(XfrmMessage.GETPOLICY,
                    out -> PolicyWriter.writeId(out, id));
        };
    }

    private static void writeId(NetlinkWriter out, SaId id) {
        UserSaId.emit(out.fixed(UserSaId.SIZE), id);
        XfrmMark.write(out, id.mark());
    }

    private Encoding policy(int type, PolicySpec policy) {
        if (policy.templates().size() > PolicyWriter.MAX_TEMPLATES) {
            return unsendable(type, Errno.EINVAL, "at most " + PolicyWriter.MAX_TEMPLATES + " templates");
        }
        return onDevice(type, policy.offload(), ifindex -> out -> policies.write(out, policy, ifindex));
    }

    /** Looks up the number of the offload device, 0 without one. */
    private static Encoding onDevice(int type, @Nullable Offload offload, IntFunction<NetlinkRequest.Body> body) {
        if (offload == null) {
            return sendable(type, body.apply(0));
        }
        var ifindex = Interfaces.index(offload.device());
        return ifindex.isPresent()
                ? sendable(type, body.apply(ifindex.getAsInt()))
                : unsendable(type, Errno.ENODEV, "no network device " + offload.device());
    }

    private static Encoding sendable(int type, NetlinkRequest.Body body) {
        return new Encoding.Sendable(new NetlinkRequest(type, body));
    }

    private static Encoding unsendable(int type, int errno, String text) {
        return new Encoding.Unsendable(new XfrmError(XfrmMessage.name(type), errno, Errno.name(errno), text));
    }
}
