package dev.keylane.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Packets through a program without a device, by BPF_PROG_TEST_RUN, on the calling thread's CPU.
 *
 * @param action what the program returned last
 * @param nanos  how long it took a run, on average
 */
public record TestRun(int action, int nanos) {
    /** The next program is to decide. */
    public static final int TCX_NEXT = -1;
    public static final int XDP_ABORTED = 0;
    public static final int XDP_PASS = 2;
    public static final int XDP_REDIRECT = 4;

    /**
     * Runs it on one frame again and again; what it redirects goes nowhere.
     *
     * @param frame   at least 14 octets, else the kernel refuses
     * @param repeats at least 1
     */
    public static TestRun of(BpfProgram program, byte[] frame, int repeats) {
        try (BpfCall call = call(program, frame, repeats)) {
            call.check("of " + frame.length + " octets");
            return new TestRun(call.u32(RETVAL), call.u32(DURATION));
        }
    }

    /**
     * Runs it on a frame shorter than any that the kernel takes directly: the first octets of {@code octets} become
     * metadata before the frame.
     *
     * @param metadata a multiple of 4, at most 32
     * @return the action, or a negated errno from kernels that do not do this
     */
    public static int ofShort(BpfProgram program, byte[] octets, int metadata) {
        try (BpfCall call = call(program, octets, 1)) {
            MemorySegment context = call.memory(CTX_IN, CONTEXT_SIZE);
            context.set(ValueLayout.JAVA_INT, CONTEXT_DATA, metadata);
            context.set(ValueLayout.JAVA_INT, CONTEXT_DATA_END, octets.length);
            int answer = call.u32(CTX_SIZE_IN, CONTEXT_SIZE).run();
            return answer < 0 ? answer : call.u32(RETVAL);
        }
    }

    /**
     * Runs it on copies of a frame and does what it says: redirected ones really go to their CPU, passed ones to the
     * stack of the loopback device. Linux 5.18.
     *
     * @return 0 or a negated errno
     */
    public static int live(BpfProgram program, byte[] frame, int copies) {
        try (BpfCall call = call(program, frame, copies)) {
            return Math.min(0, call.u32(FLAGS, BPF_F_TEST_XDP_LIVE_FRAMES).run());
        }
    }

    private static BpfCall call(BpfProgram program, byte[] frame, int repeats) {
        return new BpfCall(BpfCommand.PROG_TEST_RUN).u32(PROG_FD, program.descriptor())
                .u32(DATA_SIZE_IN, frame.length).octets(DATA_IN, frame).u32(REPEAT, repeats);
    }

    private static final long PROG_FD = 0;
    private static final long RETVAL = 4;
    private static final long DATA_SIZE_IN = 8;
    private static final long DATA_IN = 16;
    private static final long REPEAT = 32;
    private static final long DURATION = 36;
    private static final long CTX_SIZE_IN = 40;
    private static final long CTX_IN = 48;
    private static final long FLAGS = 64;
    private static final int BPF_F_TEST_XDP_LIVE_FRAMES = 2;

    /** struct xdp_md. */
    private static final int CONTEXT_SIZE = 24;
    private static final long CONTEXT_DATA = 0;
    private static final long CONTEXT_DATA_END = 4;
}
