package dev.keylane.bpf;

import dev.keylane.bpf.code.BpfCode;
import dev.keylane.linux.BpfSyscall;
import dev.keylane.linux.Errno;
import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A program that the verifier has accepted. */
public final class BpfProgram implements AutoCloseable {
    /**
     * Where a program can be put: where a device receives, behind the queue of a CPU map's entry, or where a device
     * sends.
     */
    public enum Place {
        DEVICE(BPF_PROG_TYPE_XDP, 0), CPU_MAP(BPF_PROG_TYPE_XDP, 35), EGRESS(BPF_PROG_TYPE_SCHED_CLS, 47);

        private final int type;
        private final int attachType;

        Place(int type, int attachType) {
            this.type = type;
            this.attachType = attachType;
        }
    }

    private final Fd fd;

    private BpfProgram(Fd fd) {
        this.fd = fd;
    }

    /**
     * @param fragments whether it is to see frames that do not fit a page, of which only the first part is in its reach
     * @param maps      those of {@link BpfCode#maps} by name
     * @throws LinuxException when the kernel does not take it, with the end of the verifier's log
     */
    public static BpfProgram load(BpfCode code, Place place, boolean fragments, Function<String, BpfMap> maps) {
        Map<String, Integer> descriptors = code.maps().stream()
                .collect(Collectors.toMap(Function.identity(), name -> maps.apply(name).descriptor()));
        long[] encoded = code.encode(descriptors);
        try (BpfCall call = load(code.name(), encoded, place, fragments)) {
            int answer = call.run();
            if (answer < 0) {
                throw new LinuxException(call.name() + " " + code.name(), -answer,
                        log(code.name(), encoded, place, fragments));
            }
            return new BpfProgram(BpfSyscall.adopt(answer));
        }
    }

    private static BpfCall load(String name, long[] encoded, Place place, boolean fragments) {
        BpfCall call = new BpfCall(BpfCommand.PROG_LOAD);
        MemorySegment instructions = call.memory(INSNS, encoded.length * 8L);
        MemorySegment.copy(encoded, 0, instructions, ValueLayout.JAVA_LONG, 0, encoded.length);
        return call.u32(PROG_TYPE, place.type).u32(INSN_CNT, encoded.length).text(LICENSE, "Apache-2.0")
                .u32(PROG_FLAGS, fragments ? BPF_F_XDP_HAS_FRAGS : 0).name(PROG_NAME, name)
                .u32(EXPECTED_ATTACH_TYPE, place.attachType);
    }

    /** Loads once more for the verifier's words, whose last lines tell what it did not like. */
    private static String log(String name, long[] encoded, Place place, boolean fragments) {
        try (BpfCall call = load(name, encoded, place, fragments)) {
            MemorySegment log = call.memory(LOG_BUF, LOG_SIZE_OCTETS);
            int answer = call.u32(LOG_LEVEL, 1).u32(LOG_SIZE, LOG_SIZE_OCTETS).run();
            if (answer >= 0) {
                BpfSyscall.adopt(answer).close();
            }
            String text = log.getString(0);
            return text.substring(Math.max(0, text.length() - LOG_SHOWN)).strip();
        }
    }

    /** A program by its number; empty when there is none any more. */
    static Optional<BpfProgram> byId(int id) {
        try (BpfCall call = new BpfCall(BpfCommand.PROG_GET_FD_BY_ID)) {
            int answer = call.u32(0, id).run();
            return answer == -Errno.ENOENT ? Optional.empty() : Optional.of(new BpfProgram(
                    BpfSyscall.adopt(LinuxException.check(call.name() + " " + id, answer))));
        }
    }

    /** Its number in the whole system. */
    public int id() {
        return ObjectInfo.of(fd).u32(INFO_ID);
    }

    public String name() {
        return ObjectInfo.of(fd).name(INFO_NAME);
    }

    /** What a map that holds programs is given. */
    public int descriptor() {
        return fd.number();
    }

    @Override
    public void close() {
        fd.close();
    }

    private static final int BPF_PROG_TYPE_SCHED_CLS = 3;
    private static final int BPF_PROG_TYPE_XDP = 6;
    private static final int BPF_F_XDP_HAS_FRAGS = 0x20;

    private static final long PROG_TYPE = 0;
    private static final long INSN_CNT = 4;
    private static final long INSNS = 8;
    private static final long LICENSE = 16;
    private static final long LOG_LEVEL = 24;
    private static final long LOG_SIZE = 28;
    private static final long LOG_BUF = 32;
    private static final long PROG_FLAGS = 44;
    private static final long PROG_NAME = 48;
    private static final long EXPECTED_ATTACH_TYPE = 68;

    private static final int INFO_ID = 4;
    private static final int INFO_NAME = 64;

    private static final int LOG_SIZE_OCTETS = 1 << 20;
    private static final int LOG_SHOWN = 1000;
}
