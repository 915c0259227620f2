package dev.keylane.ike.proposal;

import java.util.Optional;

/** Security protocol identifiers, RFC 7296 §3.3.1; AH is known so that it can be refused by name. */
public enum ProtocolId {
    IKE(1), AH(2), ESP(3);

    private final int id;

    ProtocolId(int id) {
        this.id = id;
    }

    public int id() {
        return id;
    }

    public static Optional<ProtocolId> of(int id) {
        return id >= 1 && id <= 3 ? Optional.of(values()[id - 1]) : Optional.empty();
    }
}
