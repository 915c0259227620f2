package dev.keylane.daemon.vici;

import java.util.Optional;

/**
 * What travels in one segment.
 *
 * @param name of the command or event, empty for kinds that have none
 */
public record ViciPacket(Kind kind, String name, ViciMessage message) {
    /** A segment's payload at the most, in either direction. */
    public static final int MAX_SIZE = 512 * 1024;

    /** The first octet of a segment is the position in this list. */
    public enum Kind {
        CMD_REQUEST, CMD_RESPONSE, CMD_UNKNOWN, EVENT_REGISTER, EVENT_UNREGISTER, EVENT_CONFIRM, EVENT_UNKNOWN, EVENT;

        boolean isNamed() {
            return switch (this) {
                case CMD_REQUEST, EVENT_REGISTER, EVENT_UNREGISTER, EVENT -> true;
                case CMD_RESPONSE, CMD_UNKNOWN, EVENT_CONFIRM, EVENT_UNKNOWN -> false;
            };
        }

        static Optional<Kind> of(int octet) {
            return octet >= 0 && octet < values().length ? Optional.of(values()[octet]) : Optional.empty();
        }
    }

    public static ViciPacket request(String command, ViciMessage message) {
        return new ViciPacket(Kind.CMD_REQUEST, command, message);
    }

    public static ViciPacket response(ViciMessage message) {
        return new ViciPacket(Kind.CMD_RESPONSE, "", message);
    }

    public static ViciPacket event(String name, ViciMessage message) {
        return new ViciPacket(Kind.EVENT, name, message);
    }

    /** A packet without message. */
    public static ViciPacket bare(Kind kind, String name) {
        return new ViciPacket(kind, name, ViciMessage.EMPTY);
    }
}
