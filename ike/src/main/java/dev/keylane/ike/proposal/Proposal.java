package dev.keylane.ike.proposal;

import dev.keylane.ike.wire.Octets;
import java.util.ArrayList;
import java.util.List;

/**
 * One proposal, configured or received, RFC 7296 §3.3.1.
 *
 * @param number     1 for the first of an SA payload; 0 in a configuration
 * @param protocol   Protocol ID, an octet
 * @param spi        the sender's SPI: empty, 4 (ESP) or 8 (IKE rekey) octets
 * @param transforms in the sender's order of preference
 */
public record Proposal(int number, int protocol, Octets spi, List<Transform> transforms) {
    public Proposal {
        transforms = List.copyOf(transforms);
    }

    /** The same transforms as number {@code number} of an SA payload that announces {@code spi}. */
    public Proposal numbered(int number, Octets spi) {
        return new Proposal(number, protocol, spi, transforms);
    }

    public List<Transform> ofType(TransformType type) {
        List<Transform> found = new ArrayList<>(transforms.size());
        for (Transform transform : transforms) {
            if (transform.is(type)) {
                found.add(transform);
            }
        }
        return found;
    }

    /** The transforms of a type by charon's names, such as {@code AES_GCM_16_128}. */
    public List<String> names(TransformType type) {
        return ofType(type).stream().map(transform -> TransformNames.name(type, transform)).toList();
    }

    public boolean has(TransformType type) {
        return transforms.stream().anyMatch(t -> t.is(type));
    }
}
