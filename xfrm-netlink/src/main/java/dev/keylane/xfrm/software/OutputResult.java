package dev.keylane.xfrm.software;

/** What became of a packet out. */
public enum OutputResult {
    /** Sealed and given to the wire. */
    SENT,
    /** Waits for the state its policy asks for. */
    QUEUED,
    /** No policy protects it: the caller may send it as it is. */
    CLEAR,
    DROPPED
}
