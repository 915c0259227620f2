package dev.keylane.netlink;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
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
        MemorySegment message = details.get(NLMSGERR_ATTR_MSG, 1);
        String said = message == null ? "" : string(message);
        int missing = details.u32(NLMSGERR_ATTR_MISS_TYPE, -1);
        return missing < 0 ? said : (said + " (attribute " + missing + " is missing)").strip();
    }

    /** Printable text up to its NUL, so that what is logged stays one line. */
    private static String string(MemorySegment value) {
        byte[] bytes = value.asSlice(0, Math.min(value.byteSize(), MAX_TEXT)).toArray(Native.U8);
        int length = 0;
        while (length < bytes.length && bytes[length] != 0) {
            length++;
        }
        return new String(bytes, 0, length, StandardCharsets.UTF_8).replaceAll("\\p{Cntrl}", " ").strip();
    }

    private static final int ERROR_SIZE = 4;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int NLMSGERR_ATTR_MISS_TYPE = 5;
    private static final int MAX_TEXT = 512;
}
