package dev.keylane.ike.wire;

/** Notify message types, RFC 7296 §3.10.1 and the IANA registries of error and status types. */
public final class NotifyType {
    public static final int UNSUPPORTED_CRITICAL_PAYLOAD = 1;
    public static final int INVALID_IKE_SPI = 4;
    public static final int INVALID_MAJOR_VERSION = 5;
    public static final int INVALID_SYNTAX = 7;
    public static final int INVALID_MESSAGE_ID = 9;
    public static final int INVALID_SPI = 11;
    public static final int NO_PROPOSAL_CHOSEN = 14;
    public static final int INVALID_KE_PAYLOAD = 17;
    public static final int AUTHENTICATION_FAILED = 24;
    public static final int SINGLE_PAIR_REQUIRED = 34;
    public static final int NO_ADDITIONAL_SAS = 35;
    public static final int INTERNAL_ADDRESS_FAILURE = 36;
    public static final int FAILED_CP_REQUIRED = 37;
    public static final int TS_UNACCEPTABLE = 38;
    public static final int INVALID_SELECTORS = 39;
    public static final int TEMPORARY_FAILURE = 43;
    public static final int CHILD_SA_NOT_FOUND = 44;
    public static final int STATE_NOT_FOUND = 47;
    /** RFC 9611 §5.2. */
    public static final int TS_MAX_QUEUE = 48;

    public static final int INITIAL_CONTACT = 16384;
    public static final int SET_WINDOW_SIZE = 16385;
    public static final int ADDITIONAL_TS_POSSIBLE = 16386;
    public static final int IPCOMP_SUPPORTED = 16387;
    public static final int NAT_DETECTION_SOURCE_IP = 16388;
    public static final int NAT_DETECTION_DESTINATION_IP = 16389;
    public static final int COOKIE = 16390;
    public static final int USE_TRANSPORT_MODE = 16391;
    public static final int HTTP_CERT_LOOKUP_SUPPORTED = 16392;
    public static final int REKEY_SA = 16393;
    public static final int ESP_TFC_PADDING_NOT_SUPPORTED = 16394;
    public static final int NON_FIRST_FRAGMENTS_ALSO = 16395;
    public static final int MOBIKE_SUPPORTED = 16396;
    public static final int UPDATE_SA_ADDRESSES = 16400;
    public static final int COOKIE2 = 16401;
    public static final int AUTH_LIFETIME = 16403;
    public static final int MULTIPLE_AUTH_SUPPORTED = 16404;
    public static final int REDIRECT_SUPPORTED = 16406;
    public static final int REDIRECT = 16407;
    public static final int EAP_ONLY_AUTHENTICATION = 16417;
    public static final int CHILDLESS_IKEV2_SUPPORTED = 16418;
    public static final int IKEV2_MESSAGE_ID_SYNC_SUPPORTED = 16420;
    public static final int FRAGMENTATION_SUPPORTED = 16430;
    public static final int SIGNATURE_HASH_ALGORITHMS = 16431;
    public static final int USE_PPK = 16435;
    public static final int INTERMEDIATE_EXCHANGE_SUPPORTED = 16438;
    public static final int ADDITIONAL_KEY_EXCHANGE = 16441;
    public static final int USE_AGGFRAG = 16442;
    public static final int SUPPORTED_AUTH_METHODS = 16443;
    /** RFC 9611 §5.1. */
    public static final int SA_RESOURCE_INFO = 16444;
    /** RFC 7296 §3.10.1: from 40960 on for private use. */
    public static final int ESP_SOURCE_PORT = 51611;

    private NotifyType() {
    }

    /** RFC 7296 §3.10.1: "Types in the range 0 - 16383 are intended for reporting errors." */
    public static boolean isError(int type) {
        return type < INITIAL_CONTACT;
    }

    /**
     * RFC 7296 §2.21.3: an authenticated error of these kinds ends the IKE SA on both sides, without a Delete; all
     * others fail their exchange only.
     */
    public static boolean endsIkeSa(int type) {
        return type == UNSUPPORTED_CRITICAL_PAYLOAD || type == INVALID_SYNTAX || type == AUTHENTICATION_FAILED;
    }

    /** The registry's name, or the number. */
    public static String name(int type) {
        return isError(type) ? errorName(type) : statusName(type);
    }

    private static String errorName(int type) {
        return switch (type) {
            case UNSUPPORTED_CRITICAL_PAYLOAD -> "UNSUPPORTED_CRITICAL_PAYLOAD";
            case INVALID_IKE_SPI -> "INVALID_IKE_SPI";
            case INVALID_MAJOR_VERSION -> "INVALID_MAJOR_VERSION";
            case INVALID_SYNTAX -> "INVALID_SYNTAX";
            case INVALID_MESSAGE_ID -> "INVALID_MESSAGE_ID";
            case INVALID_SPI -> "INVALID_SPI";
            case NO_PROPOSAL_CHOSEN -> "NO_PROPOSAL_CHOSEN";
            case INVALID_KE_PAYLOAD -> "INVALID_KE_PAYLOAD";
            case AUTHENTICATION_FAILED -> "AUTHENTICATION_FAILED";
            case SINGLE_PAIR_REQUIRED -> "SINGLE_PAIR_REQUIRED";
            case NO_ADDITIONAL_SAS -> "NO_ADDITIONAL_SAS";
            case INTERNAL_ADDRESS_FAILURE -> "INTERNAL_ADDRESS_FAILURE";
            case FAILED_CP_REQUIRED -> "FAILED_CP_REQUIRED";
            case TS_UNACCEPTABLE -> "TS_UNACCEPTABLE";
            case INVALID_SELECTORS -> "INVALID_SELECTORS";
            case TEMPORARY_FAILURE -> "TEMPORARY_FAILURE";
            case CHILD_SA_NOT_FOUND -> "CHILD_SA_NOT_FOUND";
            case STATE_NOT_FOUND -> "STATE_NOT_FOUND";
            case TS_MAX_QUEUE -> "TS_MAX_QUEUE";
            default -> "error " + type;
        };
    }

    private static String statusName(int type) {
        return switch (type) {
            case INITIAL_CONTACT -> "INITIAL_CONTACT";
            case SET_WINDOW_SIZE -> "SET_WINDOW_SIZE";
            case ADDITIONAL_TS_POSSIBLE -> "ADDITIONAL_TS_POSSIBLE";
            case IPCOMP_SUPPORTED -> "IPCOMP_SUPPORTED";
            case NAT_DETECTION_SOURCE_IP -> "NAT_DETECTION_SOURCE_IP";
            case NAT_DETECTION_DESTINATION_IP -> "NAT_DETECTION_DESTINATION_IP";
            case COOKIE -> "COOKIE";
            case USE_TRANSPORT_MODE -> "USE_TRANSPORT_MODE";
            case HTTP_CERT_LOOKUP_SUPPORTED -> "HTTP_CERT_LOOKUP_SUPPORTED";
            case REKEY_SA -> "REKEY_SA";
            case ESP_TFC_PADDING_NOT_SUPPORTED -> "ESP_TFC_PADDING_NOT_SUPPORTED";
            case NON_FIRST_FRAGMENTS_ALSO -> "NON_FIRST_FRAGMENTS_ALSO";
            case MOBIKE_SUPPORTED -> "MOBIKE_SUPPORTED";
            case UPDATE_SA_ADDRESSES -> "UPDATE_SA_ADDRESSES";
            case COOKIE2 -> "COOKIE2";
            case AUTH_LIFETIME -> "AUTH_LIFETIME";
            case MULTIPLE_AUTH_SUPPORTED -> "MULTIPLE_AUTH_SUPPORTED";
            case REDIRECT_SUPPORTED -> "REDIRECT_SUPPORTED";
            case REDIRECT -> "REDIRECT";
            case EAP_ONLY_AUTHENTICATION -> "EAP_ONLY_AUTHENTICATION";
            case CHILDLESS_IKEV2_SUPPORTED -> "CHILDLESS_IKEV2_SUPPORTED";
            case IKEV2_MESSAGE_ID_SYNC_SUPPORTED -> "IKEV2_MESSAGE_ID_SYNC_SUPPORTED";
            case FRAGMENTATION_SUPPORTED -> "FRAGMENTATION_SUPPORTED";
            case SIGNATURE_HASH_ALGORITHMS -> "SIGNATURE_HASH_ALGORITHMS";
            case USE_PPK -> "USE_PPK";
            case INTERMEDIATE_EXCHANGE_SUPPORTED -> "INTERMEDIATE_EXCHANGE_SUPPORTED";
            case ADDITIONAL_KEY_EXCHANGE -> "ADDITIONAL_KEY_EXCHANGE";
            case USE_AGGFRAG -> "USE_AGGFRAG";
            case SUPPORTED_AUTH_METHODS -> "SUPPORTED_AUTH_METHODS";
            case SA_RESOURCE_INFO -> "SA_RESOURCE_INFO";
            case ESP_SOURCE_PORT -> "ESP_SOURCE_PORT";
            default -> "notify " + type;
        };
    }
}
