package dev.keylane.ike.proposal;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One own proposal against one of the peer's. Transforms the peer lists and we do not know simply match none of ours.
 *
 * @param preferOwn whose order of transforms decides
 */
record ProposalMatch(Proposal own, Proposal offered, boolean preferOwn) {
    /** An encryption algorithm and what goes with it: an integrity transform, NONE with an AEAD. */
    private record Protection(EncryptionAlgorithm algorithm, Transform encryption, Transform integrity) {
        int keyBits() {
            return algorithm.hasKeyLengthAttribute() ? encryption.keyBits() : 256;
        }
    }

    Optional<Chosen<IkeSuite>> ike() {
        if (!isAcceptable(ProtocolId.IKE, EnumSet.of(TransformType.ENCR, TransformType.PRF, TransformType.INTEG,
                TransformType.KE))) {
            return Optional.empty();
        }
        Optional<Protection> protection = protection();
        Optional<Transform> prf = agree(own.ofType(TransformType.PRF), offered.ofType(TransformType.PRF));
        Optional<Transform> ke = agree(real(own.ofType(TransformType.KE)), offered.ofType(TransformType.KE));
        if (protection.isEmpty() || prf.isEmpty() || ke.isEmpty()) {
            return Optional.empty();
        }
        Protection p = protection.get();
        return PrfAlgorithm.of(prf.get().id()).flatMap(function -> KeGroup.of(ke.get().id()).map(group ->
                new Chosen<>(new IkeSuite(p.algorithm, p.keyBits(), function,
                        IntegrityAlgorithm.of(p.integrity.id()).orElse(null), group),
                        answer(p.encryption, p.integrity, prf.get(), ke.get()))));
    }

    Optional<Chosen<EspSuite>> esp() {
        if (!isAcceptable(ProtocolId.ESP, EnumSet.of(TransformType.ENCR, TransformType.INTEG, TransformType.KE,
                TransformType.ESN))) {
            return Optional.empty();
        }
        Optional<Protection> protection = protection();
        // A type that may be NONE and is not there means the same as NONE alone.
        Optional<Transform> ke = agree(orNone(own, TransformType.KE), orNone(offered, TransformType.KE));
        // Type 5 is mandatory (RFC 7296 §3.3.3). An offer without it cannot mean 64 bits: it is read as 0, not refused.
        Optional<Transform> esn = agree(orNone(own, TransformType.ESN), orNone(offered, TransformType.ESN));
        if (protection.isEmpty() || ke.isEmpty() || esn.isEmpty()) {
            return Optional.empty();
        }
        Protection p = protection.get();
        return Optional.of(new Chosen<>(new EspSuite(p.algorithm, p.keyBits(),
                IntegrityAlgorithm.of(p.integrity.id()).orElse(null), KeGroup.of(ke.get().id()).orElse(null),
                esn.get().id() == 1), answer(p.encryption, p.integrity, ke.get(), esn.get())));
    }

    private boolean isAcceptable(ProtocolId protocol, Set<TransformType> types) {
        // RFC 7296 §3.3.6: a proposal with a Transform Type the responder does not understand MUST be considered
        // unacceptable.
        return own.protocol() == protocol.id() && offered.protocol() == protocol.id()
                && offered.transforms().stream().map(Transform::type)
                        .allMatch(type -> TransformType.of(type).filter(types::contains).isPresent());
    }

    private Optional<Protection> protection() {
        for (Transform encryption : common(own.ofType(TransformType.ENCR), offered.ofType(TransformType.ENCR))) {
            Optional<Protection> protection = EncryptionAlgorithm.of(encryption.id())
                    .flatMap(algorithm -> integrity(algorithm).map(i -> new Protection(algorithm, encryption, i)));
            if (protection.isPresent()) {
                return protection;
            }
        }
        return Optional.empty();
    }

    /** RFC 7296 §3.3: combined-mode ciphers MUST either offer no integrity algorithm or a single one of NONE. */
    private Optional<Transform> integrity(EncryptionAlgorithm algorithm) {
        return algorithm.isAead()
                ? agree(List.of(none(TransformType.INTEG)), orNone(offered, TransformType.INTEG))
                : agree(real(own.ofType(TransformType.INTEG)), offered.ofType(TransformType.INTEG));
    }

    private Optional<Transform> agree(List<Transform> ours, List<Transform> theirs) {
        List<Transform> common = common(ours, theirs);
        return common.isEmpty() ? Optional.empty() : Optional.of(common.getFirst());
    }

    /**
     * RFC 7296 §3.3.6: the responder MUST consider a transform with an attribute it does not understand unacceptable,
     * and only it; §3.3.5: key lengths match when they are the same, absent ones included.
     */
    private List<Transform> common(List<Transform> ours, List<Transform> theirs) {
        List<Transform> common = new ArrayList<>();
        for (Transform transform : preferOwn ? ours : theirs) {
            boolean both = (preferOwn ? theirs : ours).contains(transform);
            if (both && !transform.foreign() && !common.contains(transform)) {
                common.add(transform);
            }
        }
        return common;
    }

    /** The offered proposal cut down to what was picked; an implied NONE that the offer did not hold stays out. */
    private Proposal answer(Transform... picked) {
        List<Transform> transforms = new ArrayList<>();
        for (Transform transform : picked) {
            if (offered.transforms().contains(transform)) {
                transforms.add(transform);
            }
        }
        return new Proposal(offered.number(), offered.protocol(), offered.spi(), transforms);
    }

    private static List<Transform> orNone(Proposal proposal, TransformType type) {
        List<Transform> listed = proposal.ofType(type);
        return listed.isEmpty() ? List.of(none(type)) : listed;
    }

    private static List<Transform> real(List<Transform> transforms) {
        return transforms.stream().filter(t -> t.id() != 0).toList();
    }

    private static Transform none(TransformType type) {
        return Transform.of(type, 0);
    }
}
