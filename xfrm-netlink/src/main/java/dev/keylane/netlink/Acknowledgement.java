package dev.keylane.netlink;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * How the kernel closed a request.
 *
 * @param errno positive, 0 for success
 * @param text  the kernel's extended text, empty when it gave none
 */
public record Acknowledgement(int errno, String text) {
    static final Acknowledgement OK = new Acknowledgement(0, "");

    public boolean isOk() {
        return errno == 0;
    }

    /** Of an NLMSG_ERROR; null when it is too short to be one. */
    public static @Nullable Acknowledgement parse(NetlinkMessage message) {
        MemorySegment payload = message.payload();
        if (payload.byteSize() < ERROR_SIZE + NetlinkHeader.SIZE) {
            return null;
        }
        int errno = Math.max(0, -payload.get(Native.U32, 0));
        if (!message.has(NetlinkHeader.NLM_F_ACK_TLVS)) {
            return errno == 0 ? OK : new Acknowledgement(errno, "");
        }
        return new Acknowledgement(errno, text(payload, message.has(NetlinkHeader.NLM_F_CAPPED)));
    }

    private static String text(MemorySegment payload, boolean capped) {
        long request = NetlinkHeader.SIZE;
        if (!capped) {
            request = Integer.toUnsignedLong(payload.get(Native.U32, ERROR_SIZE + NetlinkHeader.LENGTH));
        }
        long from = ERROR_SIZE + Native.aligned(request);
        if (from > payload.byteSize()) {
            return "";
        }
        Attributes details = Attributes.of(payload.asSlice(from));
        String message = details.string(NLMSGERR_ATTR_MSG);
        String said = message == null ? "" : message;
        int missing = details.u32(NLMSGERR_ATTR_MISS_TYPE, -1);
        return missing < 0 ? said : (said + " (attribute " + missing + " is missing)").strip();
    }

    private static final int ERROR_SIZE = 4;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int NLMSGERR_ATTR_MISS_TYPE = 5;
}
