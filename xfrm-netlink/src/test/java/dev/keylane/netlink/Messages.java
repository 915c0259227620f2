package dev.keylane.netlink;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;

/** Makes messages as a kernel would send them. */
final class Messages {
    private Messages() {
    }

    static NetlinkMessage of(int type, int flags, int seq, String payloadHex) {
        byte[] payload = HexFormat.of().parseHex(payloadHex.replace(" ", ""));
        return new NetlinkMessage(type, flags, seq, 0, MemorySegment.ofArray(payload));
    }

    static NetlinkMessage error(int seq, int errno) {
        return of(NetlinkHeader.NLMSG_ERROR, NetlinkHeader.NLM_F_CAPPED, seq, int32(-errno) + "00".repeat(16));
    }

    static NetlinkMessage done(int seq, int errno) {
        return of(NetlinkHeader.NLMSG_DONE, NetlinkHeader.NLM_F_MULTI, seq, int32(-errno));
    }

    private static String int32(int value) {
        return "%08x".formatted(Integer.reverseBytes(value));
    }
}
