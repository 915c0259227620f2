package dev.keylane.ike.proposal;

import java.util.Optional;

/** KE transforms: RFC 3526, RFC 5903, RFC 8031. Named as strongSwan prints them. */
public enum KeGroup {
    MODP_2048(14, 256, 256), MODP_3072(15, 384, 384), ECP_256(19, 64, 32), ECP_384(20, 96, 48), CURVE_25519(31, 32, 32);

    private final int id;
    private final int publicSize;
    private final int secretSize;

    KeGroup(int id, int publicSize, int secretSize) {
        this.id = id;
        this.publicSize = publicSize;
        this.secretSize = secretSize;
    }

    public int id() {
        return id;
    }

    /** Octets of the public value in a KE payload. */
    public int publicSize() {
        return publicSize;
    }

    /** Octets of g^ir. */
    public int secretSize() {
        return secretSize;
    }

    public static Optional<KeGroup> of(int id) {
        for (KeGroup group : values()) {
            if (group.id == id) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }
}
