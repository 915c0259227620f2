package dev.keylane.daemon.config;

/**
 * One line of the table of keys.
 *
 * @param name     as written; daemon settings have dots, and end in one when they stand for everything below
 * @param list     written with commas between items
 * @param standard what holds when the key is absent, in the spelling of the format; empty when nothing does, or when it
 *                 follows from other keys
 * @param remark   why it has no effect, or what to do instead; may be empty
 */
record KnownKey<T>(Scope scope, String name, Use use, ValueFormat<T> format, boolean list, String standard, String remark) {
    /** Where a key may stand. */
    enum Scope {
        CONNECTION("connections.<conn>"),
        AUTHENTICATION("connections.<conn>.local<suffix> and remote<suffix>"),
        CHILD("connections.<conn>.children.<child>"),
        SECRET("secrets.ike<suffix>"),
        DAEMON("charon, charon-systemd, keylane"),
        DEVICE("charon, charon-systemd, keylane: devices.<device>"),
        LOG("charon, charon-systemd, keylane: filelog.<file>, syslog.<facility>, journal");

        private final String path;

        Scope(String path) {
            this.path = path;
        }

        String path() {
            return path;
        }
    }

    /** What becomes of a key. */
    enum Use {
        /** It does what strongSwan's manual says. */
        USED,
        /** Every good value is accepted, and none has an effect here. */
        IGNORED,
        /** Refused as not supported by keylane, unless its value asks for nothing. */
        REFUSED
    }
}
