package dev.keylane.ike.proposal;

import dev.keylane.ike.text.Parsed;
import java.util.ArrayList;
import java.util.List;

/** Transforms as an operator listed them, completed to a proposal by strongSwan's rules or refused. */
record ProposalDraft(List<Transform> listed) {
    Parsed<List<Transform>> ike() {
        List<Transform> groups = of(TransformType.KE).stream().filter(group -> group.id() != 0).toList();
        List<Transform> prfs = prfs();
        if (listed.stream().anyMatch(t -> t.is(TransformType.ESN))) {
            return Parsed.refused("sequence numbers do not belong in an IKE proposal");
        }
        if (prfs.isEmpty()) {
            return Parsed.refused("an IKE proposal needs a PRF, such as prfsha256");
        }
        if (groups.isEmpty()) {
            return Parsed.refused("an IKE proposal needs a key exchange group, such as x25519");
        }
        return ciphers().then(ciphers -> Parsed.of(joined(ciphers, prfs, groups)));
    }

    Parsed<List<Transform>> esp() {
        List<Transform> sequenceNumbers = of(TransformType.ESN);
        return ciphers().then(ciphers -> Parsed.of(joined(ciphers, of(TransformType.KE),
                sequenceNumbers.isEmpty() ? List.of(Transform.of(TransformType.ESN, 0)) : sequenceNumbers)));
    }

    /** ENCR and, with classic ciphers, INTEG. */
    private Parsed<List<Transform>> ciphers() {
        List<Transform> encryption = of(TransformType.ENCR);
        List<Transform> integrity = of(TransformType.INTEG);
        long aeads = encryption.stream().filter(ProposalDraft::isAead).count();
        if (encryption.isEmpty()) {
            return Parsed.refused("an encryption algorithm is missing");
        }
        if (aeads == encryption.size()) {
            // RFC 7296 §3.3: combined-mode ciphers MUST offer no integrity algorithm or NONE, none RECOMMENDED.
            return Parsed.of(encryption);
        }
        if (aeads > 0) {
            return Parsed.refused("AEADs and classic encryption algorithms need proposals of their own");
        }
        return integrity.isEmpty()
                ? Parsed.refused("an integrity algorithm, such as sha256, is missing")
                : Parsed.of(joined(encryption, integrity));
    }

    private List<Transform> prfs() {
        List<Transform> prfs = of(TransformType.PRF);
        return !prfs.isEmpty() ? prfs : of(TransformType.INTEG).stream()
                .flatMap(t -> IntegrityAlgorithm.of(t.id()).stream())
                .map(algorithm -> Transform.of(TransformType.PRF, sameHash(algorithm).id()))
                .toList();
    }

    private static PrfAlgorithm sameHash(IntegrityAlgorithm algorithm) {
        return switch (algorithm) {
            case HMAC_SHA2_256_128 -> PrfAlgorithm.PRF_HMAC_SHA2_256;
            case HMAC_SHA2_384_192 -> PrfAlgorithm.PRF_HMAC_SHA2_384;
            case HMAC_SHA2_512_256 -> PrfAlgorithm.PRF_HMAC_SHA2_512;
        };
    }

    private static boolean isAead(Transform transform) {
        return EncryptionAlgorithm.of(transform.id()).filter(EncryptionAlgorithm::isAead).isPresent();
    }

    private List<Transform> of(TransformType type) {
        return listed.stream().filter(t -> t.is(type)).distinct().toList();
    }

    @SafeVarargs
    private static List<Transform> joined(List<Transform>... parts) {
        List<Transform> all = new ArrayList<>();
        for (List<Transform> part : parts) {
            all.addAll(part);
        }
        return all;
    }
}
