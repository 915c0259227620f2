package dev.keylane.ike.sa;

/** By what a Child SA came to its end, which decides whether it is put back. */
enum Loss {
    /** The peer does not answer. */
    PEER_DEAD,
    /** The peer deleted it, or its IKE SA. */
    CLOSED_BY_PEER,
    /** Its life was over, the protocol was broken, or another SA took its place. */
    ENDED,
    /** An operator here wants it gone. */
    TERMINATED
}
