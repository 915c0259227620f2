package dev.keylane.xfrm.kernel;

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
 * How full the kernel's hash table of states is, by XFRM_MSG_GETSADINFO.
 *
 * @param states  of the network namespace, larval ones included
 * @param buckets that they are spread over now
 */
public record SadSize(int states, int buckets) {
    static Optional<SadSize> read(NetlinkClient client) {
        return Optional.ofNullable(client.transact(List.of(new NetlinkRequest(XfrmMessage.GETSADINFO,
                out -> out.fixed(FLAGS_SIZE))), SadSize::read).getFirst().data());
    }

    private static @Nullable SadSize read(NetlinkMessage message) {
        Attributes attributes = message.attributes(FLAGS_SIZE);
        MemorySegment info = attributes.get(XFRMA_SAD_HINFO, 8);
        return info == null ? null : new SadSize(attributes.u32(XFRMA_SAD_CNT, 0), info.get(Native.U32, 0));
    }

    private static final int FLAGS_SIZE = 4;
    private static final int XFRMA_SAD_CNT = 1;
    /** Of struct xfrmu_sadhinfo: buckets now, buckets at the most. */
    private static final int XFRMA_SAD_HINFO = 2;
}
