package dev.keylane.xfrm.kernel;

/** enum xfrm_attr_type_t, as far as we use it. */
final class XfrmAttribute {
    static final int ALG_AUTH = 1;
    static final int ALG_CRYPT = 2;
    static final int ALG_COMP = 3;
    static final int ENCAP = 4;
    static final int TMPL = 5;
    static final int LASTUSED = 15;
    static final int ALG_AEAD = 18;
    static final int ALG_AUTH_TRUNC = 20;
    static final int MARK = 21;
    static final int TFCPAD = 22;
    static final int REPLAY_ESN_VAL = 23;
    static final int SA_EXTRA_FLAGS = 24;
    static final int OFFLOAD_DEV = 28;
    static final int SET_MARK = 29;
    static final int SET_MARK_MASK = 30;
    static final int IF_ID = 31;
    static final int MTIMER_THRESH = 32;
    static final int SA_DIR = 33;
    static final int SA_PCPU = 35;

    private XfrmAttribute() {
    }
}
