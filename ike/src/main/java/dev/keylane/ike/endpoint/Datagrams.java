package dev.keylane.ike.endpoint;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.Alert;
import dev.keylane.ike.sa.AnsweringInit;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSa;
import dev.keylane.ike.sa.SaContext;
import dev.keylane.ike.sa.SaEvent;
import dev.keylane.ike.sa.Turn;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.Envelope;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where a datagram goes: to an SA, to a first answer, or nowhere. Nothing in it is trusted, and little of it read. */
final class Datagrams {
    private final SaContext context;
    private final SaTable table;
    private final UnprotectedAnswers answers;
    private final InitRequests inits;
    private long evicted;

    Datagrams(SaContext context, SaTable table) {
        this.context = context;
        this.table = table;
        this.answers = new UnprotectedAnswers(context.random());
        this.inits = new InitRequests(context, table.halfOpen(), answers);
    }

    void on(Event.DatagramReceived received, Instant now, List<Effect> effects) {
        if (received.datagram().equals(KEEPALIVE)) {
            return;
        }
        switch (MessageCodec.open(received.datagram())) {
            case Envelope.Good good -> route(received, good, now, effects);
            case Decoded.Malformed _ -> drop(DropReason.MALFORMED, received.remote(), effects);
            case Decoded.WrongMajorVersion bad -> {
                // RFC 7296 §2.5: a higher major version "SHOULD" be answered with the highest one supported.
                if (bad.version() > 2) {
                    answers.hint(received, bad.header(), NotifyPayload.of(NotifyType.INVALID_MAJOR_VERSION), now, effects);
                }
                drop(DropReason.WRONG_VERSION, received.remote(), effects);
            }
        }
    }

    private void route(Event.DatagramReceived received, Envelope.Good good, Instant now, List<Effect> effects) {
        if (isFirst(good.header())) {
            onInit(received, good, now, effects);
            return;
        }
        Optional<IkeSa> sa = owner(good.header());
        if (sa.isPresent()) {
            give(sa.get(), received, good, now, effects);
        } else {
            // RFC 7296 §2.21.4: an unprotected INVALID_IKE_SPI may be sent, to requests only and not too often.
            answers.hint(received, good.header(), NotifyPayload.of(NotifyType.INVALID_IKE_SPI), now, effects);
            drop(DropReason.UNKNOWN_SPI, received.remote(), effects);
        }
    }

    /** The request that makes an IKE SA: the only one without our SPI. */
    private static boolean isFirst(IkeHeader header) {
        return header.exchange() == ExchangeType.IKE_SA_INIT && !header.response() && header.initiator()
                && header.spiResponder() == 0;
    }

    private Optional<IkeSa> owner(IkeHeader header) {
        return table.bySpi(header.initiator() ? header.spiResponder() : header.spiInitiator())
                .filter(found -> found.initiator() != header.initiator());
    }

    boolean isForSa(Octets datagram) {
        return MessageCodec.open(datagram) instanceof Envelope.Good good && owner(good.header()).isPresent();
    }

    private void onInit(Event.DatagramReceived received, Envelope.Good request, Instant now, List<Effect> effects) {
        if (request.header().messageId() != 0) {
            drop(DropReason.MALFORMED, received.remote(), effects);
            return;
        }
        if (context.settings().initiation().initiatorOnly()) {
            drop(DropReason.NO_CONNECTION, received.remote(), effects);
            return;
        }
        HalfOpen.InitKey key = new HalfOpen.InitKey(received.remote(), received.datagram());
        Optional<IkeSa> repeated = table.halfOpen().find(key);
        if (repeated.isEmpty()) {
            onNewInit(received, request, key, now, effects);
        } else if (answers.mayRepeat(received.remote().address(), now)) {
            give(repeated.get(), received, request, now, effects);
        } else {
            drop(DropReason.RATIONED, received.remote(), effects);
        }
    }

    private void onNewInit(Event.DatagramReceived received, Envelope.Good request, HalfOpen.InitKey key, Instant now,
                           List<Effect> effects) {
        switch (inits.judge(received, request, now)) {
            case InitRequests.Verdict.Accept accept -> accept(received, key, accept, now, effects);
            case InitRequests.Verdict.Drop drop -> drop(drop.reason(), received.remote(), effects);
            case InitRequests.Verdict.Refuse refuse -> refuse(received, request.header(), refuse, now, effects);
            case InitRequests.Verdict.Challenge challenge ->
                    challenge(received, request.header(), challenge, now, effects);
        }
    }

    private void accept(Event.DatagramReceived received, HalfOpen.InitKey key, InitRequests.Verdict.Accept accept,
                        Instant now, List<Effect> effects) {
        if (!makeRoom(accept, received.datagram().length(), now, effects)) {
            drop(DropReason.HALF_OPEN_LIMIT, received.remote(), effects);
            return;
        }
        IkeSa sa = IkeSa.responder(context.nextIkeId(), context.newIkeSpi(), accept.message().header().spiInitiator(),
                new Path(received.local(), received.remote()), now);
        table.add(sa, key, accept.guest());
        Turn turn = new Turn(sa, context, now, effects);
        sa.enter(AnsweringInit.start(accept.candidates(), accept.chosen(), accept.message(), received.datagram(), turn));
        table.settle(sa);
    }

    /**
     * Who is where it says gets a place even in a flood from as many real addresses as there are places: an honest peer
     * needs its own for a round trip only.
     */
    private boolean makeRoom(InitRequests.Verdict.Accept accept, int length, Instant now, List<Effect> effects) {
        while (!table.halfOpen().hasRoom(accept.guest(), length)) {
            boolean worthwhile = accept.proved() && table.halfOpen().couldHaveRoom(accept.guest(), length);
            Optional<IkeSa> victim = worthwhile ? table.halfOpen().toEvict(accept.guest()) : Optional.empty();
            if (victim.isEmpty()) {
                return false;
            }
            victim.get().evict(new Turn(victim.get(), context, now, effects));
            table.settle(victim.get());
            evicted++;
        }
        return true;
    }

    private void challenge(Event.DatagramReceived received, IkeHeader header, InitRequests.Verdict.Challenge challenge,
                           Instant now, List<Effect> effects) {
        if (challenge.wrong()) {
            drop(DropReason.BAD_COOKIE, received.remote(), effects);
        }
        if (!answers.challenge(received, header, challenge.cookie(), challenge.known(), now, effects)) {
            drop(DropReason.RATIONED, received.remote(), effects);
        }
    }

    private void refuse(Event.DatagramReceived received, IkeHeader header, InitRequests.Verdict.Refuse refuse,
                        Instant now, List<Effect> effects) {
        if (answers.refuse(received, header, refuse.notice(), refuse.proved(), now, effects)) {
            effects.add(new Effect.Note(Effect.Group.IKE, 1, 0, "", "%s, sending %s",
                    List.of(refuse.reason(), NotifyType.name(refuse.notice().notifyType()))));
            if (refuse.isMismatch()) {
                effects.add(new Effect.Alerted(Alert.PROPOSAL_MISMATCH_IKE, null));
            }
        } else {
            drop(DropReason.NO_CONNECTION, received.remote(), effects);
        }
    }

    private void give(IkeSa sa, Event.DatagramReceived received, Envelope.Good good, Instant now, List<Effect> effects) {
        switch (good.payloads()) {
            case PayloadChain.Ok ok -> give(sa, new SaEvent.Received(new IkeMessage(good.header(), ok.payloads()),
                    received.datagram(), new Path(received.local(), received.remote())), now, effects);
            // On an unprotected message nobody is believed, so nobody is answered.
            case PayloadChain.Malformed _, PayloadChain.UnsupportedCritical _ ->
                    drop(DropReason.MALFORMED, received.remote(), effects);
        }
    }

    private void give(IkeSa sa, SaEvent.Received received, Instant now, List<Effect> effects) {
        pass(sa, received, now, effects);
        // A Delete goes out for each: should the peer have one after all, messages having overtaken each other, it
        // does not go on sending into it.
        for (Optional<IkeSa> old = context.contacts().takeSuperseded(); old.isPresent();
                old = context.contacts().takeSuperseded()) {
            pass(old.get(), new SaEvent.CloseIke(0, true), now, effects);
        }
    }

    private void pass(IkeSa sa, SaEvent event, Instant now, List<Effect> effects) {
        sa.on(event, new Turn(sa, context, now, effects));
        table.settle(sa);
    }

    long cookiesSent() {
        return answers.cookies();
    }

    long evicted() {
        return evicted;
    }

    private static void drop(DropReason reason, IpEndpoint remote, List<Effect> effects) {
        effects.add(new Effect.Dropped(reason, remote));
    }

    /** RFC 3948 §2.3: "the receiver SHOULD ignore a received NAT-keepalive packet", even where it has no business. */
    private static final Octets KEEPALIVE = Octets.of(0xff);
}
