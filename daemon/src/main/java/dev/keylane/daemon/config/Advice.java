package dev.keylane.daemon.config;

/** What to do about a mistake of a key that has no advice of its own. */
final class Advice {
    private Advice() {
    }

    static String of(ConfigMistake mistake) {
        return switch (mistake.kind()) {
            case NOT_SUPPORTED -> switch (mistake.key()) {
                case "auth" -> "set auth = psk at both ends, with an ike secret for both identities";
                case "pools" -> "give addresses out by other means, and take the section out";
                case "authorities" -> "take the section out: there are no certificates to check";
                case "set_mark_in", "set_mark_out" -> "write the value of " + mistake.key().substring("set_".length()) + " here";
                case "mark_in", "mark_out" -> "write a number instead, the one that packets of this child are given";
                case "if_id_in", "if_id_out" -> "write a number instead, that of an XFRM interface";
                case "mode" -> "set mode = tunnel or mode = transport, at both ends";
                case "dpd_action", "close_action" -> "set it to trap or to start";
                case "tfc_padding" -> "write a number of octets";
                case "proposals", "esp_proposals" -> "name an algorithm that keylane has, at both ends";
                case "version" -> "set version = 2 at both ends";
                default -> mistake.text().contains("only ike secrets") ? "take the section out"
                        : mistake.text().contains("second round") ? "take the section out, at both ends"
                        : mistake.text().contains("identity") ? "write an identity in full" : "take it out";
            };
            case UNKNOWN_KEY, UNKNOWN_SECTION -> mistake.text().matches("unknown (key|section)")
                    ? "strongSwan does not know it either" : "";
            case BAD_VALUE -> mistake.key().equals("hw_offload") && mistake.text().contains("AES-GCM")
                    ? "put aes128gcm16 or aes256gcm16 into esp_proposals, at both ends, or set hw_offload = no" : "";
            case SYNTAX, MISSING -> "";
        };
    }
}
