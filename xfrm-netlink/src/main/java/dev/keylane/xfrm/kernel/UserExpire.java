package dev.keylane.xfrm.kernel;

import static dev.keylane.netlink.Native.U8;

import dev.keylane.netlink.Native;
import dev.keylane.xfrm.Mark;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import org.jspecify.annotations.Nullable;

/** struct xfrm_user_expire. */
record UserExpire(UserSaInfo state, boolean hard) {
    static final StructLayout LAYOUT = MemoryLayout.structLayout(UserSaInfo.LAYOUT.withName("state"),
            U8.withName("hard"), Native.padding(7));

    static final int SIZE = (int) LAYOUT.byteSize();

    private static final long STATE = Native.offset(LAYOUT, "state");
    private static final long HARD = Native.offset(LAYOUT, "hard");

    static @Nullable UserExpire parse(MemorySegment source, Mark mark) {
        UserSaInfo state = UserSaInfo.parse(source.asSlice(STATE, UserSaInfo.SIZE), mark);
        return state == null ? null : new UserExpire(state, source.get(U8, HARD) != 0);
    }
}
