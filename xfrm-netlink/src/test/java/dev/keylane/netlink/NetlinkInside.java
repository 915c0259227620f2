package dev.keylane.netlink;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.reflect.Field;

/** Shows tests of other packages what only this one sees. */
public final class NetlinkInside {
    public static final StructLayout SOCKADDR = NetlinkSocket.ADDRESS;

    private NetlinkInside() {
    }

    /** Octets of one message, header included. */
    public static byte[] octets(NetlinkWriter writer, int type, NetlinkRequest.Body body) {
        writer.begin(type, NetlinkHeader.NLM_F_REQUEST, 1);
        body.write(writer);
        writer.finish();
        byte[] written = writer.written().toArray(Native.U8);
        writer.wipe();
        return written;
    }

    /** Whether nothing is left in the buffers of a client. */
    public static boolean isClean(NetlinkClient client) {
        return isZero(field(field(client, "writer", NetlinkWriter.class), "buffer", MemorySegment.class))
                && isZero(field(client, "received", MemorySegment.class));
    }

    static boolean isZero(MemorySegment segment) {
        for (byte octet : segment.toArray(Native.U8)) {
            if (octet != 0) {
                return false;
            }
        }
        return true;
    }

    static <T> T field(Object owner, String name, Class<T> type) {
        try {
            Field field = owner.getClass().getDeclaredField(name);
            field.setAccessible(true);
            return type.cast(field.get(owner));
        } catch (ReflectiveOperationException renamed) {
            throw new AssertionError(renamed);
        }
    }
}
