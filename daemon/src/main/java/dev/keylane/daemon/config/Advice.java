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
                case "version" -> "set version = 2 at both ends";
                default -> mistake.text().contains("only ike secrets") ? "take the section out" : "take it out";
            };
            case UNKNOWN_KEY, UNKNOWN_SECTION -> mistake.text().matches("unknown (key|section)")
                    ? "strongSwan does not know it either" : "";
            case BAD_VALUE, SYNTAX, MISSING -> "";
        };
    }
}
