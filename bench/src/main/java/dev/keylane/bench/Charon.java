package dev.keylane.bench;

/**
 * strongSwan's charon (6.1 development, OpenSSL 3.6, its fastest set of plugins) doing the same, for comparison:
 * process CPU time of the responder under load with the kernel side faked, and resident memory. Measured on a virtual
 * machine with 2 vCPU (Cascade Lake, 2.5 GHz). Its figures hold its UDP sockets and threads, about a tenth
 * of the time; ours do not. KEY_EXCHANGE is OpenSSL's own speed test.
 */
final class Charon {
    static final String HANDSHAKE = "463-489";
    static final String CHILD_WITH_PFS = "310";
    static final String CHILD = "200";
    static final String CHILD_AT_256 = "269-353";
    static final String CHILD_WITH_PFS_AT_256 = "363-474";
    static final String KEY_EXCHANGE = "87";
    static final String COOKIE = "20-25";
    static final String SA_BYTES = "12050";
    static final String CHILD_BYTES = "3400-3600";
    static final String HALF_OPEN_BYTES = "10950";

    private Charon() {
    }
}
