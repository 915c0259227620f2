package dev.keylane.ike.wire;

/** Names of {@link NotifyType}s as charon's log shortens them. */
final class NotifyShortNames {
    private NotifyShortNames() {
    }

    /** The registry's name where charon shortens nothing, or the number. */
    static String of(int type) {
        return NotifyType.isError(type) ? error(type) : status(type);
    }

    private static String error(int type) {
        return switch (type) {
            case NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD -> "CRIT";
            case NotifyType.INVALID_IKE_SPI -> "INVAL_IKE_SPI";
            case NotifyType.INVALID_MAJOR_VERSION -> "INVAL_MAJOR";
            case NotifyType.INVALID_SYNTAX -> "INVAL_SYN";
            case NotifyType.INVALID_MESSAGE_ID -> "INVAL_MID";
            case NotifyType.INVALID_SPI -> "INVAL_SPI";
            case NotifyType.NO_PROPOSAL_CHOSEN -> "NO_PROP";
            case NotifyType.INVALID_KE_PAYLOAD -> "INVAL_KE";
            case NotifyType.AUTHENTICATION_FAILED -> "AUTH_FAILED";
            case NotifyType.SINGLE_PAIR_REQUIRED -> "SINGLE_PAIR";
            case NotifyType.NO_ADDITIONAL_SAS -> "NO_ADD_SAS";
            case NotifyType.INTERNAL_ADDRESS_FAILURE -> "INT_ADDR_FAIL";
            case NotifyType.FAILED_CP_REQUIRED -> "FAIL_CP_REQ";
            case NotifyType.TS_UNACCEPTABLE -> "TS_UNACCEPT";
            case NotifyType.INVALID_SELECTORS -> "INVAL_SEL";
            case NotifyType.TEMPORARY_FAILURE -> "TEMP_FAIL";
            case NotifyType.CHILD_SA_NOT_FOUND -> "NO_CHILD_SA";
            case NotifyType.STATE_NOT_FOUND -> "NO_STATE";
            default -> NotifyType.name(type).replace("error ", "");
        };
    }

    private static String status(int type) {
        return switch (type) {
            case NotifyType.INITIAL_CONTACT -> "INIT_CONTACT";
            case NotifyType.SET_WINDOW_SIZE -> "SET_WINSIZE";
            case NotifyType.ADDITIONAL_TS_POSSIBLE -> "ADD_TS_POSS";
            case NotifyType.IPCOMP_SUPPORTED -> "IPCOMP_SUP";
            case NotifyType.NAT_DETECTION_SOURCE_IP -> "NATD_S_IP";
            case NotifyType.NAT_DETECTION_DESTINATION_IP -> "NATD_D_IP";
            case NotifyType.USE_TRANSPORT_MODE -> "USE_TRANSP";
            case NotifyType.HTTP_CERT_LOOKUP_SUPPORTED -> "HTTP_CERT_LOOK";
            case NotifyType.ESP_TFC_PADDING_NOT_SUPPORTED -> "ESP_TFC_PAD_N";
            case NotifyType.NON_FIRST_FRAGMENTS_ALSO -> "NON_FIRST_FRAG";
            case NotifyType.MOBIKE_SUPPORTED -> "MOBIKE_SUP";
            case NotifyType.UPDATE_SA_ADDRESSES -> "UPD_SA_ADDR";
            case NotifyType.AUTH_LIFETIME -> "AUTH_LFT";
            case NotifyType.MULTIPLE_AUTH_SUPPORTED -> "MULT_AUTH";
            case NotifyType.REDIRECT_SUPPORTED -> "REDIR_SUP";
            case NotifyType.REDIRECT -> "REDIR";
            case NotifyType.EAP_ONLY_AUTHENTICATION -> "EAP_ONLY";
            case NotifyType.CHILDLESS_IKEV2_SUPPORTED -> "CHDLESS_SUP";
            case NotifyType.IKEV2_MESSAGE_ID_SYNC_SUPPORTED -> "MSG_ID_SYN_SUP";
            case NotifyType.FRAGMENTATION_SUPPORTED -> "FRAG_SUP";
            case NotifyType.SIGNATURE_HASH_ALGORITHMS -> "HASH_ALG";
            case NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED -> "IKE_INT_SUP";
            case NotifyType.ADDITIONAL_KEY_EXCHANGE -> "ADD_KE";
            case NotifyType.SA_RESOURCE_INFO -> "RES_INFO";
            default -> NotifyType.name(type).replace("notify ", "");
        };
    }
}
