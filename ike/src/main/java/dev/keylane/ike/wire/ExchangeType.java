package dev.keylane.ike.wire;

/** Exchange types, RFC 7296 §3.1 and the IANA registry "IKEv2 Exchange Types". */
public final class ExchangeType {
    public static final int IKE_SA_INIT = 34;
    public static final int IKE_AUTH = 35;
    public static final int CREATE_CHILD_SA = 36;
    public static final int INFORMATIONAL = 37;
    public static final int IKE_SESSION_RESUME = 38;
    public static final int IKE_INTERMEDIATE = 43;
    public static final int IKE_FOLLOWUP_KE = 44;

    private ExchangeType() {
    }

    /** The registry's name, or the number. */
    public static String name(int exchange) {
        return switch (exchange) {
            case IKE_SA_INIT -> "IKE_SA_INIT";
            case IKE_AUTH -> "IKE_AUTH";
            case CREATE_CHILD_SA -> "CREATE_CHILD_SA";
            case INFORMATIONAL -> "INFORMATIONAL";
            case IKE_SESSION_RESUME -> "IKE_SESSION_RESUME";
            case IKE_INTERMEDIATE -> "IKE_INTERMEDIATE";
            case IKE_FOLLOWUP_KE -> "IKE_FOLLOWUP_KE";
            default -> "exchange " + exchange;
        };
    }
}
