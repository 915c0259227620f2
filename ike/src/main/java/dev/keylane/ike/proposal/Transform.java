package dev.keylane.ike.proposal;

/**
 * One transform as it stands on the wire, known to us or not.
 *
 * @param type      Transform Type, an octet
 * @param id        Transform ID, 16 bits
 * @param keyBits   the Key Length attribute in bits, 0 when absent
 * @param foreign   whether it carries an attribute we do not know: it then cannot be chosen (RFC 7296 §3.3.6)
 */
public record Transform(int type, int id, int keyBits, boolean foreign) {
    public Transform {
        if ((type & ~0xff | id & ~0xffff | keyBits & ~0xffff) != 0) {
            throw new IllegalArgumentException("transform " + type + "/" + id + "/" + keyBits);
        }
    }

    public static Transform of(TransformType type, int id) {
        return new Transform(type.id(), id, 0, false);
    }

    public static Transform of(EncryptionAlgorithm algorithm, int keyBits) {
        return new Transform(TransformType.ENCR.id(), algorithm.id(),
                algorithm.hasKeyLengthAttribute() ? keyBits : 0, false);
    }

    public boolean is(TransformType other) {
        return type == other.id();
    }
}
