package dev.keylane.bpf;

import dev.keylane.linux.BpfSyscall;
import dev.keylane.linux.Fd;

/**
 * What holds a program where a device sends, among those of others (TCX, Linux 6.6). It is not pinned: with the process
 * that holds it the program leaves the device.
 */
public final class TcxLink implements AutoCloseable {
    private final Fd fd;

    private TcxLink(Fd fd) {
        this.fd = fd;
    }

    /** How an attempt to attach went. */
    public sealed interface Attempt {
        record Attached(TcxLink link) implements Attempt {
        }

        /**
         * @param errno positive; EINVAL from kernels that do not know TCX
         */
        record Failed(int errno) implements Attempt {
        }
    }

    /** Before all others that are there: one that has the last word would hide packets from those behind it. */
    public static Attempt attach(BpfProgram program, int deviceIndex) {
        try (BpfCall call = new BpfCall(BpfCommand.LINK_CREATE)) {
            int answer = call.u32(PROG_FD, program.descriptor()).u32(TARGET_IFINDEX, deviceIndex)
                    .u32(ATTACH_TYPE, BPF_TCX_EGRESS).u32(FLAGS, BPF_F_BEFORE).run();
            return answer < 0 ? new Attempt.Failed(-answer) : new Attempt.Attached(new TcxLink(BpfSyscall.adopt(answer)));
        }
    }

    /** How many programs there are where a device sends, or a negated errno: EINVAL from kernels that do not know TCX. */
    public static int programs(int deviceIndex) {
        try (BpfCall call = new BpfCall(BpfCommand.PROG_QUERY)) {
            int answer = call.u32(QUERY_IFINDEX, deviceIndex).u32(QUERY_ATTACH_TYPE, BPF_TCX_EGRESS).run();
            return answer < 0 ? answer : call.u32(QUERY_COUNT);
        }
    }

    /** The device's number, 0 when it has gone. */
    public int deviceIndex() {
        return ObjectInfo.of(fd).u32(INFO_IFINDEX);
    }

    /** Takes the program off the device. */
    @Override
    public void close() {
        fd.close();
    }

    private static final int BPF_TCX_EGRESS = 47;
    private static final int BPF_F_BEFORE = 8;

    private static final long PROG_FD = 0;
    private static final long TARGET_IFINDEX = 4;
    private static final long ATTACH_TYPE = 8;
    private static final long FLAGS = 12;

    private static final long QUERY_IFINDEX = 0;
    private static final long QUERY_ATTACH_TYPE = 4;
    private static final long QUERY_COUNT = 24;

    private static final int INFO_IFINDEX = 16;
}
