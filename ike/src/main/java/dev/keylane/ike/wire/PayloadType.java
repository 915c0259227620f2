package dev.keylane.ike.wire;

/** Payload types, RFC 7296 §3.2 and the IANA registry "IKEv2 Payload Types". */
public final class PayloadType {
    /** In a Next Payload field: nothing follows. */
    public static final int NONE = 0;
    public static final int SA = 33;
    public static final int KE = 34;
    public static final int ID_I = 35;
    public static final int ID_R = 36;
    public static final int CERT = 37;
    public static final int CERTREQ = 38;
    public static final int AUTH = 39;
    public static final int NONCE = 40;
    public static final int NOTIFY = 41;
    public static final int DELETE = 42;
    public static final int VENDOR_ID = 43;
    public static final int TS_I = 44;
    public static final int TS_R = 45;
    public static final int SK = 46;
    public static final int CP = 47;
    public static final int EAP = 48;
    public static final int SKF = 53;

    private PayloadType() {
    }

    /** RFC 7296's short notation, or the number. */
    public static String name(int type) {
        return switch (type) {
            case SA -> "SA";
            case KE -> "KE";
            case ID_I -> "IDi";
            case ID_R -> "IDr";
            case CERT -> "CERT";
            case CERTREQ -> "CERTREQ";
            case AUTH -> "AUTH";
            case NONCE -> "Nonce";
            case NOTIFY -> "N";
            case DELETE -> "D";
            case VENDOR_ID -> "V";
            case TS_I -> "TSi";
            case TS_R -> "TSr";
            case SK -> "SK";
            case CP -> "CP";
            case EAP -> "EAP";
            case SKF -> "SKF";
            default -> "payload " + type;
        };
    }

    /** Whether RFC 7296 or RFC 7383 defines it, so that its critical bit means nothing to us. */
    static boolean isKnown(int type) {
        return type >= SA && type <= EAP || type == SKF;
    }

    /** Whether one message holds it once at the most. */
    static boolean isSingle(int type) {
        return switch (type) {
            case SA, KE, ID_I, ID_R, AUTH, NONCE, TS_I, TS_R, SK, SKF -> true;
            default -> false;
        };
    }
}
