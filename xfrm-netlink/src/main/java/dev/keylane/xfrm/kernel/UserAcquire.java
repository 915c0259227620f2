package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U32;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.Sockets;
import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Mark;
import dev.keylane.xfrm.SaId;
import dev.keylane.xfrm.Selector;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/**
 * struct xfrm_user_acquire.
 *
 * @param packet what met the policy
 */
record UserAcquire(IpAddress source, IpAddress destination, Selector packet, UserPolicyInfo policy, int seq) {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(XfrmId.LAYOUT.withName("id"),
            XfrmAddress.LAYOUT.withName("saddr"), XfrmSelector.LAYOUT.withName("sel"),
            UserPolicyInfo.LAYOUT.withName("policy"), U32.withName("aalgos"), U32.withName("ealgos"),
            U32.withName("calgos"), U32.withName("seq"));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long ID = Native.offset(LAYOUT, "id");
    private static final long SADDR = Native.offset(LAYOUT, "saddr");
    private static final long SEL = Native.offset(LAYOUT, "sel");
    private static final long POLICY = Native.offset(LAYOUT, "policy");
    private static final long SEQ = Native.offset(LAYOUT, "seq");

    /**
     * Null for a family that is not IP.
     *
     * @param outerV4 the family of the addresses, which the structure does not name: the template's
     */
    static @Nullable UserAcquire parse(MemorySegment source, boolean outerV4) {
        int family = outerV4 ? Sockets.AF_INET : Sockets.AF_INET6;
        SaId id = XfrmId.parse(source, ID, family, Mark.NONE);
        IpAddress from = XfrmAddress.parse(source, SADDR, family);
        Selector packet = XfrmSelector.parse(source, SEL);
        UserPolicyInfo policy = UserPolicyInfo.parse(source, POLICY);
        if (id == null || from == null || packet == null || policy == null) {
            return null;
        }
        return new UserAcquire(from, id.destination(), packet, policy, source.get(U32, SEQ));
    }
}
