package dev.keylane.ike.sa;

import java.util.Locale;

/** What an operator may want to be woken for; charon's names. */
public enum Alert {
    PEER_AUTH_FAILED, LOCAL_AUTH_FAILED, PROPOSAL_MISMATCH_IKE, PROPOSAL_MISMATCH_CHILD, TS_MISMATCH,
    INSTALL_CHILD_SA_FAILED, KEEP_ON_CHILD_SA_FAILURE, RETRANSMIT_SEND, RETRANSMIT_SEND_TIMEOUT, RETRANSMIT_RECEIVE,
    HALF_OPEN_TIMEOUT, PEER_INIT_UNREACHABLE, UNIQUE_REPLACE, UNIQUE_KEEP, INVALID_IKE_SPI, PARSE_ERROR_HEADER,
    SHUTDOWN_SIGNAL;

    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
