package dev.keylane.ike.endpoint;

import dev.keylane.ike.auth.ConnectionSelection;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.proposal.Chosen;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.ProposalSelection;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.SaContext;
import dev.keylane.ike.sa.SaEvent;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Judges IKE_SA_INIT requests before any state exists for them: cookies first (RFC 7296 §2.6), then whether somebody
 * here knows the peer's address, then proposals and key exchange group.
 */
final class InitRequests {
    private final SaContext context;
    private final Cookies cookies;

    InitRequests(SaContext context) {
        this.context = context;
        this.cookies = new Cookies(context.crypto(), context.random());
    }

    /** What to do with a request. */
    sealed interface Verdict {
        record Accept(List<Connection> candidates, Chosen<IkeSuite> chosen) implements Verdict {
        }

        /** Answer without keeping anything. */
        record Answer(NotifyPayload notice, String reason) implements Verdict {
        }

        /**
         * Answer with a cookie, to be sent back.
         *
         * @param wrong whether there was one, and not one of ours
         */
        record Challenge(NotifyPayload cookie, boolean wrong) implements Verdict {
        }

        record Drop(DropReason reason) implements Verdict {
        }
    }

    Verdict judge(SaEvent.Received received, int halfOpen, Instant now) {
        IkeMessage message = received.message();
        Optional<SaPayload> sa = message.first(SaPayload.class);
        Optional<KePayload> key = message.first(KePayload.class);
        Optional<NoncePayload> nonce = message.first(NoncePayload.class);
        if (sa.isEmpty() || key.isEmpty() || nonce.isEmpty()) {
            return new Verdict.Drop(DropReason.MALFORMED);
        }
        if (halfOpen >= context.settings().halfOpenLimit()) {
            return new Verdict.Drop(DropReason.HALF_OPEN_LIMIT);
        }
        if (halfOpen >= context.settings().cookieThreshold() && !hasCookie(received, nonce.get().data(), now)) {
            Octets cookie = cookies.make(nonce.get().data(), received.path().remote().address(),
                    message.header().spiInitiator(), now);
            return new Verdict.Challenge(NotifyPayload.of(NotifyType.COOKIE, cookie),
                    message.notify(NotifyType.COOKIE).isPresent());
        }
        return choose(sa.get(), key.get(), received.path());
    }

    /** RFC 7296 §2.6: a wrong cookie is treated as none. */
    private boolean hasCookie(SaEvent.Received received, Octets nonce, Instant now) {
        return received.message().notify(NotifyType.COOKIE).filter(cookie -> cookies.isValid(cookie.data(), nonce,
                received.path().remote().address(), received.message().header().spiInitiator(), now)).isPresent();
    }

    private Verdict choose(SaPayload sa, KePayload key, Path path) {
        List<Connection> candidates = ConnectionSelection.byAddress(context.book().connections(),
                path.local().address(), path.remote().address());
        if (candidates.isEmpty()) {
            return new Verdict.Answer(NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN),
                    "no IKE config found for " + path.local().address() + "..." + path.remote().address());
        }
        for (Connection connection : candidates) {
            Optional<Chosen<IkeSuite>> chosen = ProposalSelection.ike(connection.proposals(), sa.proposals(), true);
            if (chosen.isPresent()) {
                return withGroup(candidates, chosen.get(), key);
            }
        }
        return new Verdict.Answer(NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN),
                "received proposals unacceptable");
    }

    private static Verdict withGroup(List<Connection> candidates, Chosen<IkeSuite> chosen, KePayload key) {
        int group = chosen.suite().group().id();
        if (key.group() != group) {
            return new Verdict.Answer(
                    NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(group >> 8, group & 0xff)),
                    "key exchange method " + key.group() + " unacceptable, requesting " + chosen.suite().group());
        }
        return key.data().length() != chosen.suite().group().publicSize()
                ? new Verdict.Drop(DropReason.MALFORMED)
                : new Verdict.Accept(candidates, chosen);
    }
}
