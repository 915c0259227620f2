package dev.keylane.ike.sa;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.exchange.NatDetection;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.proposal.KeGroup;
import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.TransformType;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.util.ArrayList;
import java.util.List;

/**
 * What an initiator keeps from one IKE_SA_INIT request to the next: RFC 7296 §2.6 and §1.2 let cookie and group change
 * and nothing else, the proposals above all.
 *
 * @param proposals numbered
 * @param cookie    empty until one is demanded
 * @param rounds    requests made because of cookies and groups so far
 * @param attempt   counts the tries of {@code keyingtries}, from 1
 */
record InitPlan(Connection connection, List<Proposal> proposals, KeGroup group, Octets nonce, Octets cookie,
                int rounds, int attempt) {
    static InitPlan of(Connection connection, Octets nonce, int attempt) {
        List<Proposal> numbered = new ArrayList<>();
        for (Proposal proposal : connection.proposals()) {
            numbered.add(proposal.numbered(numbered.size() + 1, Octets.EMPTY));
        }
        return new InitPlan(connection, List.copyOf(numbered), firstGroup(numbered), nonce, Octets.EMPTY, 0, attempt);
    }

    InitPlan withCookie(Octets other) {
        return new InitPlan(connection, proposals, group, nonce, other, rounds + 1, attempt);
    }

    InitPlan withGroup(KeGroup other) {
        return new InitPlan(connection, proposals, other, nonce, cookie, rounds + 1, attempt);
    }

    boolean offers(KeGroup other) {
        return proposals.stream().flatMap(p -> p.ofType(TransformType.KE).stream()).anyMatch(t -> t.id() == other.id());
    }

    /** RFC 7296 §2.6: an initiator should limit the number of cookie exchanges it tries. */
    boolean mayTryAgain() {
        return rounds < MOST_ROUNDS;
    }

    /** Whether a forged cookie may have spoilt the attempt, and there were not too many of them. */
    boolean mayStartOver() {
        return !cookie.isEmpty() && attempt < MOST_SPOILT;
    }

    /** The IKE_SA_INIT request; a cookie comes "as the first payload with all other payloads unchanged". */
    Octets request(IkeSa sa, Crypto crypto, Crypto.KeyPair pair) {
        List<Payload> payloads = new ArrayList<>(7);
        if (!cookie.isEmpty()) {
            payloads.add(NotifyPayload.of(NotifyType.COOKIE, cookie));
        }
        payloads.add(new SaPayload(proposals));
        payloads.add(new KePayload(group.id(), pair.publicValue()));
        payloads.add(new NoncePayload(nonce));
        payloads.addAll(NatDetection.payloads(crypto, sa.localSpi(), 0, sa.path().local(), sa.path().remote(),
                connection.options().encap()));
        if (connection.options().fragmentation() != IkeOptions.Fragmentation.NO) {
            payloads.add(NotifyPayload.of(NotifyType.FRAGMENTATION_SUPPORTED));
        }
        return MessageCodec.encode(new IkeHeader(sa.localSpi(), 0, ExchangeType.IKE_SA_INIT, true, false, 0), payloads);
    }

    private static KeGroup firstGroup(List<Proposal> proposals) {
        return proposals.stream().flatMap(p -> p.ofType(TransformType.KE).stream())
                .flatMap(t -> KeGroup.of(t.id()).stream()).findFirst().orElseThrow();
    }

    private static final int MOST_ROUNDS = 5;
    private static final int MOST_SPOILT = 3;
}
