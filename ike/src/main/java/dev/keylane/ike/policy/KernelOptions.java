package dev.keylane.ike.policy;

/**
 * What the kernel is told about the SAs and policies of a child.
 *
 * @param policies       install policies at all
 * @param policiesFwdOut outbound forward policies too
 * @param reqid          fixed reqid, 0 to have one chosen
 * @param priority       fixed policy priority, 0 to have it computed
 * @param replayWindow   packets, 0 switches replay protection off
 * @param device         interface the policies are restricted to, empty for any
 * @param copyDf         copy the DF bit to the outer header
 * @param steering       how received packets get to the CPU of their SA
 * @param perCpuWindow   packets, instead of {@code replayWindow} for the SAs of a child with SAs per CPU
 */
public record KernelOptions(boolean policies, boolean policiesFwdOut, int reqid, long priority, int replayWindow,
                            HwOffload offload, String device, Marks marks, boolean copyDf, boolean copyEcn,
                            CopyDscp copyDscp, boolean icmp, int tfcPadding, Steering steering, int perCpuWindow) {
    public static final KernelOptions DEFAULT = new KernelOptions(true, false, 0, 0, 32, HwOffload.NO, "", Marks.NONE,
            true, true, CopyDscp.OUT, false, 0);

    /** One that leaves steering to the device and the daemon. */
    public KernelOptions(boolean policies, boolean policiesFwdOut, int reqid, long priority, int replayWindow,
                         HwOffload offload, String device, Marks marks, boolean copyDf, boolean copyEcn,
                         CopyDscp copyDscp, boolean icmp, int tfcPadding) {
        this(policies, policiesFwdOut, reqid, priority, replayWindow, offload, device, marks, copyDf, copyEcn, copyDscp,
                icmp, tfcPadding, Steering.UNSAID);
    }

    /** One whose per-CPU SAs have {@link #perCpuWindow(int) a window large enough}. */
    public KernelOptions(boolean policies, boolean policiesFwdOut, int reqid, long priority, int replayWindow,
                         HwOffload offload, String device, Marks marks, boolean copyDf, boolean copyEcn,
                         CopyDscp copyDscp, boolean icmp, int tfcPadding, Steering steering) {
        this(policies, policiesFwdOut, reqid, priority, replayWindow, offload, device, marks, copyDf, copyEcn, copyDscp,
                icmp, tfcPadding, steering, perCpuWindow(replayWindow));
    }

    /** At least 1024 packets, unless replay protection is off. */
    public static int perCpuWindow(int window) {
        return window == 0 ? 0 : Math.max(window, 1024);
    }

    /** {@code full} is read as PACKET, {@code yes} as CRYPTO. */
    public enum HwOffload { NO, CRYPTO, PACKET, AUTO }

    public enum CopyDscp { OUT, IN, YES, NO }

    /** Ways for received packets of a per-CPU SA to get to its CPU. */
    public enum Steering {
        /** Whatever holds for the device. */
        UNSAID,
        /** None: they stay where they arrive. */
        NONE,
        /** The best that the device can do. */
        AUTO,
        /** A program on the device's XDP hook. */
        XDP,
        /** A rule in the device, one an SA. */
        NTUPLE,
        /** An SPI that the device's own hash puts right. */
        SPI
    }

    /** A mark and its mask; mask 0 means none. */
    public record Mark(int value, int mask) {
        public static final Mark NONE = new Mark(0, 0);

        public boolean isSet() {
            return mask != 0;
        }
    }

    /**
     * @param inOnSa whether {@code in} also goes on the inbound SA
     */
    public record Marks(Mark in, Mark out, boolean inOnSa, Mark setIn, Mark setOut, int ifIdIn, int ifIdOut) {
        public static final Marks NONE = new Marks(Mark.NONE, Mark.NONE, false, Mark.NONE, Mark.NONE, 0, 0);
    }
}
