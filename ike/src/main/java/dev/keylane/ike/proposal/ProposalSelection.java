package dev.keylane.ike.proposal;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Agreeing on a proposal, RFC 7296 §2.7 and §3.3. A responder selects from an offer, an initiator checks that the answer
 * is a selection from what it sent. In IKE_AUTH both sides are given as {@link Proposals#withoutKe}.
 */
public final class ProposalSelection {
    private ProposalSelection() {
    }

    /**
     * The best proposal both have.
     *
     * @param preferOwn whether our order of proposals and transforms decides, or the peer's
     */
    public static Optional<Chosen<IkeSuite>> ike(List<Proposal> configured, List<Proposal> offered,
                                                 boolean preferOwn) {
        return select(configured, offered, preferOwn, ProposalMatch::ike);
    }

    /** As {@link #ike}; a proposal without transform type 5 is taken to mean 32-bit sequence numbers. */
    public static Optional<Chosen<EspSuite>> esp(List<Proposal> configured, List<Proposal> offered,
                                                 boolean preferOwn) {
        return select(configured, offered, preferOwn, ProposalMatch::esp);
    }

    /** What the peer chose, or empty when {@code answer} is not one choice out of one proposal in {@code sent}. */
    public static Optional<IkeSuite> checkIkeAnswer(List<Proposal> sent, Proposal answer) {
        return check(sent, answer, ProposalMatch::ike);
    }

    /** As {@link #checkIkeAnswer}. */
    public static Optional<EspSuite> checkEspAnswer(List<Proposal> sent, Proposal answer) {
        return check(sent, answer, ProposalMatch::esp);
    }

    private static <S> Optional<Chosen<S>> select(List<Proposal> configured, List<Proposal> offered, boolean preferOwn,
                                                  Function<ProposalMatch, Optional<Chosen<S>>> match) {
        for (Proposal outer : preferOwn ? configured : offered) {
            for (Proposal inner : preferOwn ? offered : configured) {
                Optional<Chosen<S>> chosen = match.apply(preferOwn
                        ? new ProposalMatch(outer, inner, true) : new ProposalMatch(inner, outer, false));
                if (chosen.isPresent()) {
                    return chosen;
                }
            }
        }
        return Optional.empty();
    }

    private static <S> Optional<S> check(List<Proposal> sent, Proposal answer,
                                         Function<ProposalMatch, Optional<Chosen<S>>> match) {
        // RFC 7296 §2.7: the responder MUST choose a single suite; the initiator MUST check that the accepted offer is
        // consistent with one of its proposals.
        boolean single = answer.transforms().stream().map(Transform::type).distinct().count()
                == answer.transforms().size();
        return single ? sent.stream()
                .filter(proposal -> proposal.number() == answer.number())
                .findFirst()
                .flatMap(proposal -> match.apply(new ProposalMatch(proposal, answer, true)))
                .map(Chosen::suite) : Optional.empty();
    }
}
