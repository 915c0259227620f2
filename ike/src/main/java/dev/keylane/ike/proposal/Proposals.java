package dev.keylane.ike.proposal;

import java.util.List;

/** The proposals that {@code default} stands for, and what is done to lists of them. */
public final class Proposals {
    private static final String GROUPS = "x25519-ecp256-ecp384-modp3072-modp2048";

    /** AEADs apart from classic ciphers, because an AEAD wants no integrity transform beside it (RFC 7296 §3.3). */
    public static final List<Proposal> DEFAULT_IKE = ProposalText.parseIke(
            "aes128gcm16-aes256gcm16-chacha20poly1305-prfsha256-prfsha384-prfsha512-" + GROUPS
                    + ", aes128-aes256-sha256-sha384-sha512-" + GROUPS).orElseThrow();

    /** Forward secrecy and 64-bit sequence numbers where the peer has them, neither demanded. */
    public static final List<Proposal> DEFAULT_ESP = ProposalText.parseEsp(
            "aes128gcm16-aes256gcm16-chacha20poly1305-" + GROUPS + "-none-esn-noesn"
                    + ", aes128-aes256-sha256-sha384-sha512-" + GROUPS + "-none-esn-noesn").orElseThrow();

    private Proposals() {
    }

    /** The same without key exchange, as the Child SA of IKE_AUTH has none (RFC 7296 §1.2). */
    public static List<Proposal> withoutKe(List<Proposal> proposals) {
        return proposals.stream().map(Proposals::withoutKe).toList();
    }

    /** The same with 32-bit sequence numbers, where that is left open; those that are not are left out. */
    public static List<Proposal> withoutEsn(List<Proposal> proposals) {
        return proposals.stream().filter(proposal -> !isExtendedOnly(proposal)).map(proposal ->
                new Proposal(proposal.number(), proposal.protocol(), proposal.spi(), proposal.transforms().stream()
                        .filter(t -> !t.is(TransformType.ESN) || t.id() == NO_ESN).toList())).toList();
    }

    /** Whether it demands extended sequence numbers. */
    private static boolean isExtendedOnly(Proposal proposal) {
        return proposal.has(TransformType.ESN)
                && proposal.ofType(TransformType.ESN).stream().noneMatch(transform -> transform.id() == NO_ESN);
    }

    private static Proposal withoutKe(Proposal proposal) {
        return new Proposal(proposal.number(), proposal.protocol(), proposal.spi(),
                proposal.transforms().stream().filter(t -> !t.is(TransformType.KE)).toList());
    }

    /** RFC 7296 §3.3.2: "No Extended Sequence Numbers". */
    private static final int NO_ESN = 0;
}
