package dev.keylane.bpf;

import dev.keylane.linux.Fd;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** What the kernel tells of an object: struct bpf_map_info, bpf_prog_info or bpf_link_info, as many octets as it has. */
final class ObjectInfo {
    private final byte[] info;

    private ObjectInfo(byte[] info) {
        this.info = info;
    }

    static ObjectInfo of(Fd object) {
        try (BpfCall call = new BpfCall(BpfCommand.OBJ_GET_INFO_BY_FD)) {
            MemorySegment info = call.memory(INFO, SIZE);
            call.u32(BPF_FD, object.number()).u32(INFO_LEN, SIZE).check(object.toString());
            return new ObjectInfo(info.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    int u32(int offset) {
        return MemorySegment.ofArray(info).get(ValueLayout.JAVA_INT_UNALIGNED, offset);
    }

    /** The name in the 16 octets at {@code offset}. */
    String name(int offset) {
        String text = new String(info, offset, 16, StandardCharsets.US_ASCII);
        int end = text.indexOf(0);
        return end < 0 ? text : text.substring(0, end);
    }

    private static final long BPF_FD = 0;
    private static final long INFO_LEN = 4;
    private static final long INFO = 8;
    private static final int SIZE = 256;
}
