package dev.keylane.xfrm.kernel;

import dev.keylane.netlink.Attributes;
import dev.keylane.netlink.NetlinkMessage;
import dev.keylane.xfrm.SaInfo;
import dev.keylane.xfrm.SaSpec;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Reads XFRM_MSG_NEWSA as the kernel answers GETSA with it; the keys in it stay where they are. */
final class SaReader {
    private SaReader() {
    }

    /** Null for another message, and for what is not IP. */
    static @Nullable SaInfo read(NetlinkMessage message) {
        MemorySegment fixed = message.fixed(UserSaInfo.SIZE);
        if (message.type() != XfrmMessage.NEWSA || fixed == null) {
            return null;
        }
        Attributes attributes = message.attributes(UserSaInfo.SIZE);
        UserSaInfo info = UserSaInfo.parse(fixed, XfrmMark.read(attributes));
        if (info == null) {
            return null;
        }
        return new SaInfo(info.id(), info.source(), SaWriter.direction(attributes.u8(XfrmAttribute.SA_DIR, 0)),
                info.mode(), info.reqid(), attributes.u32(XfrmAttribute.SA_PCPU, SaSpec.NO_CPU), info.isEsn(),
                info.counters(), attributes.u64(XfrmAttribute.LASTUSED, 0), UserOffload.read(attributes),
                EncapTmpl.read(attributes), isLarval(attributes));
    }

    /** The kernel does not say it in so many words, but only a larval state has no algorithm. */
    private static boolean isLarval(Attributes attributes) {
        return !attributes.has(XfrmAttribute.ALG_AEAD) && !attributes.has(XfrmAttribute.ALG_CRYPT)
                && !attributes.has(XfrmAttribute.ALG_AUTH) && !attributes.has(XfrmAttribute.ALG_AUTH_TRUNC)
                && !attributes.has(XfrmAttribute.ALG_COMP);
    }
}
