package dev.keylane.daemon.config;

import dev.keylane.ike.proposal.EncryptionAlgorithm;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.Transform;
import dev.keylane.ike.proposal.TransformType;
import java.util.List;
import java.util.Optional;

/** What NICs with packet offload encrypt by: mlx5, the one such driver of Linux, takes AES-GCM-16 alone. */
final class HardwareSuites {
    private HardwareSuites() {
    }

    /** The proposal without the ciphers that a NIC does not have; empty when none is left. */
    static Optional<Proposal> of(Proposal proposal) {
        List<Transform> kept = proposal.transforms().stream()
                .filter(transform -> !transform.is(TransformType.ENCR) || inHardware(transform)).toList();
        Proposal held = new Proposal(proposal.number(), proposal.protocol(), proposal.spi(), kept);
        return Optional.of(held).filter(rest -> rest.has(TransformType.ENCR));
    }

    private static boolean inHardware(Transform cipher) {
        return cipher.id() == EncryptionAlgorithm.AES_GCM_16.id() && (cipher.keyBits() == 128 || cipher.keyBits() == 256);
    }
}
