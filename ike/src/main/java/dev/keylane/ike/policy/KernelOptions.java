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
 */
public record KernelOptions(boolean policies, boolean policiesFwdOut, int reqid, long priority, int replayWindow,
                            HwOffload offload, String device, Marks marks, boolean copyDf, boolean copyEcn,
                            CopyDscp copyDscp, boolean icmp, int tfcPadding) {
    public static final KernelOptions DEFAULT = new KernelOptions(true, false, 0, 0, 32, HwOffload.NO, "", Marks.NONE,
            true, true, CopyDscp.OUT, false, 0);

    /** {@code full} is read as PACKET, {@code yes} as CRYPTO. */
    public enum HwOffload { NO, CRYPTO, PACKET, AUTO }

    public enum CopyDscp { OUT, IN, YES, NO }

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
