package dev.keylane.ike.endpoint;

import dev.keylane.ike.auth.ConnectionSelection;
import dev.keylane.ike.endpoint.HalfOpen.Guest;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.HalfOpenLimits;
import dev.keylane.ike.proposal.Chosen;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.proposal.ProposalSelection;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.SaContext;
import dev.keylane.ike.wire.Envelope;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.InitGlance;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.payload.KePayload;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.SaPayload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Judges IKE_SA_INIT requests before any state exists for them: cookies first (RFC 7296 §2.6), for which the nonce is all
 * that is read, then whether somebody here knows the peer's address, then proposals and key exchange group.
 */
final class InitRequests {
    private final SaContext context;
    private final HalfOpen halfOpen;
    private final UnprotectedAnswers answers;
    private final KnownPeers peers = new KnownPeers();
    private final Cookies cookies;

    InitRequests(SaContext context, HalfOpen halfOpen, UnprotectedAnswers answers) {
        this.context = context;
        this.halfOpen = halfOpen;
        this.answers = answers;
        this.cookies = new Cookies(context.crypto(), context.random());
    }

    /** What to do with a request. */
    sealed interface Verdict {
        /** @param proved whether the peer has returned a cookie, and so is where it says */
        record Accept(IkeMessage message, List<Connection> candidates, Chosen<IkeSuite> chosen, Guest guest,
                      boolean proved) implements Verdict {
        }

        /** Answer without keeping anything. */
        record Refuse(NotifyPayload notice, String reason, boolean proved) implements Verdict {
            /** Connections there are, but what they propose is not to the peer's taste. */
            boolean isMismatch() {
                return reason.equals(UNACCEPTABLE);
            }
        }

        /**
         * Answer with a cookie, to be sent back.
         *
         * @param wrong whether there was one, and not one of ours
         * @param known whether a connection names the peer's address
         */
        record Challenge(NotifyPayload cookie, boolean wrong, boolean known) implements Verdict {
        }

        record Drop(DropReason reason) implements Verdict {
        }
    }

    Verdict judge(Event.DatagramReceived received, Envelope.Good request, Instant now) {
        if (received.datagram().length() > LARGEST) {
            return new Verdict.Drop(DropReason.TOO_LARGE);
        }
        InitGlance glance = request.glance();
        Octets nonce = glance.nonce();
        if (nonce == null) {
            return new Verdict.Drop(DropReason.MALFORMED);
        }
        IpAddress address = received.remote().address();
        // RFC 7296 §2.6: a wrong cookie is treated as none.
        boolean proved = glance.cookie() != null
                && cookies.isValid(glance.cookie(), nonce, address, request.header().spiInitiator(), now);
        int connections = peers.connections(address, context.book());
        Guest guest = new Guest(connections > 0 ? address : source(address), connections > 0 && proved);
        if (!proved && wantsCookie(guest.source(), connections, now)) {
            Octets cookie = cookies.make(nonce, address, request.header().spiInitiator(), now);
            return new Verdict.Challenge(NotifyPayload.of(NotifyType.COOKIE, cookie), glance.cookie() != null,
                    connections > 0);
        }
        if (!guest.known() && halfOpen.of(guest.source()) >= times(limits().blockThreshold(), connections)) {
            return new Verdict.Drop(DropReason.SOURCE_LIMIT);
        }
        if (!proved && !halfOpen.hasRoom(guest, received.datagram().length())) {
            return new Verdict.Drop(DropReason.HALF_OPEN_LIMIT);
        }
        return read(received, request, guest, proved);
    }

    /** Also when too many are refused: whoever cannot be told why gets a cookie, and with it an answer. */
    private boolean wantsCookie(IpAddress source, int connections, Instant now) {
        return halfOpen.size() >= limits().cookieThreshold()
                || halfOpen.of(source) >= times(limits().cookieThresholdIp(), connections)
                || limits().cookies() && !answers.canRefuse(now);
    }

    private HalfOpenLimits limits() {
        return context.settings().halfOpen();
    }

    private static long times(int threshold, int connections) {
        return (long) threshold * Math.max(1, connections);
    }

    /** Who has one IPv6 address has a /64 of them. */
    private static IpAddress source(IpAddress address) {
        return address.isV4() ? address : address.withHostBits(V6_PREFIX, false);
    }

    private Verdict read(Event.DatagramReceived received, Envelope.Good request, Guest guest, boolean proved) {
        return switch (request.payloads()) {
            case PayloadChain.Ok ok -> choose(received, new IkeMessage(request.header(), ok.payloads()), guest, proved);
            case PayloadChain.Malformed _ -> new Verdict.Drop(DropReason.MALFORMED);
            // RFC 7296 §2.5: a request with a critical payload that is not understood is rejected by this notify.
            case PayloadChain.UnsupportedCritical(int type) -> new Verdict.Refuse(NotifyPayload.of(
                    NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, Octets.of(type)), "critical payload " + type, proved);
        };
    }

    private Verdict choose(Event.DatagramReceived received, IkeMessage message, Guest guest, boolean proved) {
        Optional<SaPayload> sa = message.first(SaPayload.class);
        Optional<KePayload> key = message.first(KePayload.class);
        if (sa.isEmpty() || key.isEmpty() || message.first(NoncePayload.class).isEmpty()) {
            return new Verdict.Drop(DropReason.MALFORMED);
        }
        IpAddress local = received.local().address();
        IpAddress remote = received.remote().address();
        List<Connection> candidates = ConnectionSelection.byAddress(context.book().connections(), local, remote);
        if (candidates.isEmpty()) {
            return new Verdict.Refuse(NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN),
                    "no IKE config found for " + local + "..." + remote, proved);
        }
        for (Connection connection : candidates) {
            Optional<Chosen<IkeSuite>> chosen = ProposalSelection.ike(connection.proposals(), sa.get().proposals(), true);
            if (chosen.isPresent()) {
                return withGroup(new Verdict.Accept(message, candidates, chosen.get(), guest, proved), key.get());
            }
        }
        return new Verdict.Refuse(NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN),
                UNACCEPTABLE, proved);
    }

    private static Verdict withGroup(Verdict.Accept accept, KePayload key) {
        int group = accept.chosen().suite().group().id();
        if (key.group() != group) {
            return new Verdict.Refuse(
                    NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.of(group >> 8, group & 0xff)),
                    "key exchange method " + key.group() + " unacceptable, requesting " + accept.chosen().suite().group(),
                    accept.proved());
        }
        return key.data().length() == accept.chosen().suite().group().publicSize() ? accept
                : new Verdict.Drop(DropReason.MALFORMED);
    }

    private static final int V6_PREFIX = 64;
    /** Octets of a request that is kept for as long as its SA is half-open. RFC 7296 §2: at least 3000. */
    private static final int LARGEST = 8192;

    private static final String UNACCEPTABLE = "received proposals unacceptable";
}
