package dev.keylane.xfrm.kernel;

import dev.keylane.xfrm.PolicyId.Direction;
import dev.keylane.xfrm.PolicySpec.Action;
import dev.keylane.xfrm.Selector;
import java.lang.foreign.MemorySegment;

/**
 * The policy an IKE socket needs of its own, so that its packets pass in the clear whatever the policies of the
 * machine say: value of the socket options IP_XFRM_POLICY (level 0, option 17) and IPV6_XFRM_POLICY (level 41, option
 * 35), to be set once inbound and once outbound. The family must be the socket's.
 */
public final class IkeBypass {
    public static final int SIZE = UserPolicyInfo.SIZE;
    public static final int IPPROTO_IP = 0;
    public static final int IP_XFRM_POLICY = 17;
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPV6_XFRM_POLICY = 35;

    private IkeBypass() {
    }

    /** struct xfrm_userpolicy_info, 168 octets, that allows everything without templates. */
    public static byte[] policy(boolean v4, Direction direction) {
        if (direction == Direction.FWD) {
            throw new IllegalArgumentException("a socket forwards nothing");
        }
        byte[] value = new byte[SIZE];
        new UserPolicyInfo(Selector.any(v4), 0, 0, direction, Action.ALLOW, 0).emit(MemorySegment.ofArray(value));
        return value;
    }
}
