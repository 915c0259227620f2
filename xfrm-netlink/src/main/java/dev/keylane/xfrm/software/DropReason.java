package dev.keylane.xfrm.software;

/** Why a packet went nowhere; the names of /proc/net/xfrm_stat where it has one. */
public enum DropReason {
    /** Not an IP packet, or too short or too long to be handled. */
    MALFORMED("malformed"),
    /** Part of a packet, which transport mode cannot carry. */
    FRAGMENT("fragment"),
    OUT_POLICY_BLOCK("XfrmOutPolBlock"),
    /** No state for a packet out, and nobody listens who could make one. */
    OUT_NO_STATE("XfrmOutNoStates"),
    /** Too many packets or acquires wait for a state. */
    OUT_QUEUE_FULL("queue full"),
    /** The acquire a packet waited for was not answered, or not by a state that fits. */
    OUT_UNANSWERED("acquire unanswered"),
    OUT_DIRECTION("XfrmOutStateDirError"),
    OUT_SEQUENCE("XfrmOutStateSeqError"),
    OUT_WIRE("wire refused"),
    IN_NO_STATE("XfrmInNoStates"),
    IN_DIRECTION("XfrmInStateDirError"),
    IN_REPLAYED("XfrmInStateSeqError"),
    IN_UNAUTHENTIC("XfrmInStateProtoError"),
    IN_EXPIRED("XfrmInStateExpired"),
    /** Authentic, but padding, next header or inner packet make no sense. */
    IN_CONTENT("inner packet malformed"),
    /** A dummy packet. */
    IN_DUMMY("dummy packet"),
    /** The inner packet is none that the state's selector has. */
    IN_SELECTOR("XfrmInStateMismatch"),
    IN_NO_POLICY("XfrmInNoPols"),
    IN_POLICY_BLOCK("XfrmInPolBlock"),
    /** The policy asks for another state. */
    IN_TEMPLATE("XfrmInTmplMismatch");

    private final String label;

    DropReason(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
