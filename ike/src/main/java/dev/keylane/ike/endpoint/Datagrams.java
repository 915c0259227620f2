package dev.keylane.ike.endpoint;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.AnsweringInit;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSa;
import dev.keylane.ike.sa.SaContext;
import dev.keylane.ike.sa.SaEvent;
import dev.keylane.ike.sa.Turn;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Where a datagram goes: to an SA, to a first answer, or nowhere. Nothing in it is trusted. */
final class Datagrams {
    private final SaContext context;
    private final SaTable table;
    private final InitRequests inits;
    private final RateLimit unprotected = new RateLimit(UNPROTECTED_PER_SECOND);

    Datagrams(SaContext context, SaTable table) {
        this.context = context;
        this.table = table;
        this.inits = new InitRequests(context);
    }

    void on(Event.DatagramReceived received, Instant now, List<Effect> effects) {
        switch (MessageCodec.decode(received.datagram())) {
            case Decoded.Ok ok -> route(new SaEvent.Received(ok.message(), received.datagram(),
                    new Path(received.local(), received.remote())), now, effects);
            case Decoded.Malformed _ -> drop(DropReason.MALFORMED, received.remote(), effects);
            case Decoded.UnsupportedCritical bad -> {
                // RFC 7296 §2.5: such a request is rejected by this notify; on any other unprotected message nobody is
                // believed, so nobody is answered.
                if (isFirst(bad.header())) {
                    answer(received, bad.header(), NotifyPayload.of(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
                            Octets.of(bad.payloadType())), now, effects);
                }
                drop(DropReason.MALFORMED, received.remote(), effects);
            }
            case Decoded.WrongMajorVersion bad -> {
                // RFC 7296 §2.5: a higher major version "SHOULD" be answered with the highest one supported.
                if (bad.version() > 2) {
                    answer(received, bad.header(), NotifyPayload.of(NotifyType.INVALID_MAJOR_VERSION), now, effects);
                }
                drop(DropReason.WRONG_VERSION, received.remote(), effects);
            }
        }
    }

    private void route(SaEvent.Received received, Instant now, List<Effect> effects) {
        IkeHeader header = received.message().header();
        if (isFirst(header)) {
            onInit(received, now, effects);
            return;
        }
        long ours = header.initiator() ? header.spiResponder() : header.spiInitiator();
        Optional<IkeSa> sa = table.bySpi(ours).filter(found -> found.initiator() != header.initiator());
        if (sa.isPresent()) {
            give(sa.get(), received, now, effects);
        } else {
            onUnknownSpi(received, now, effects);
        }
    }

    /** The request that makes an IKE SA: the only one without our SPI. */
    private static boolean isFirst(IkeHeader header) {
        return header.exchange() == ExchangeType.IKE_SA_INIT && !header.response() && header.initiator()
                && header.spiResponder() == 0;
    }

    /** RFC 7296 §2.21.4: an unprotected INVALID_IKE_SPI may be sent, to requests only and not too often. */
    private void onUnknownSpi(SaEvent.Received received, Instant now, List<Effect> effects) {
        drop(DropReason.UNKNOWN_SPI, received.path().remote(), effects);
        Event.DatagramReceived to = new Event.DatagramReceived(received.path().local(), received.path().remote(),
                received.datagram());
        answer(to, received.message().header(), NotifyPayload.of(NotifyType.INVALID_IKE_SPI), now, effects);
    }

    private void onInit(SaEvent.Received received, Instant now, List<Effect> effects) {
        IkeHeader header = received.message().header();
        if (header.messageId() != 0) {
            drop(DropReason.MALFORMED, received.path().remote(), effects);
            return;
        }
        SaTable.InitKey key = new SaTable.InitKey(received.path().remote(), received.datagram());
        Optional<IkeSa> known = table.byInit(key);
        if (known.isPresent()) {
            give(known.get(), received, now, effects);
            return;
        }
        switch (inits.judge(received, table.halfOpen(), now)) {
            case InitRequests.Verdict.Accept accept -> accept(received, key, accept, now, effects);
            case InitRequests.Verdict.Drop drop -> drop(drop.reason(), received.path().remote(), effects);
            case InitRequests.Verdict.Answer answer -> refuse(received, answer, now, effects);
            case InitRequests.Verdict.Challenge challenge -> challenge(received, challenge, effects);
        }
    }

    private void accept(SaEvent.Received received, SaTable.InitKey key, InitRequests.Verdict.Accept accept,
                        Instant now, List<Effect> effects) {
        IkeSa sa = IkeSa.responder(table.nextId(), newSpi(),
                received.message().header().spiInitiator(), received.path());
        Turn turn = new Turn(sa, context, now, effects);
        sa.enter(AnsweringInit.start(accept.candidates(), accept.chosen(), received.message(), received.datagram(),
                turn));
        table.add(sa, key);
        table.settle(sa);
    }

    /** A cookie is owed to everybody: it costs no state, and is smaller than what it answers. */
    private void challenge(SaEvent.Received received, InitRequests.Verdict.Challenge challenge, List<Effect> effects) {
        if (challenge.wrong()) {
            drop(DropReason.BAD_COOKIE, received.path().remote(), effects);
        }
        send(received.path().local(), received.path().remote(), received.message().header(), challenge.cookie(),
                effects);
    }

    /** Other answers are given only as often as a stranger should make us speak. */
    private void refuse(SaEvent.Received received, InitRequests.Verdict.Answer answer, Instant now,
                        List<Effect> effects) {
        if (!unprotected.allows(now)) {
            drop(DropReason.NO_CONNECTION, received.path().remote(), effects);
            return;
        }
        effects.add(new Effect.Note(Effect.Group.IKE, 1, 0, "", "%s, sending %s",
                List.of(answer.reason(), NotifyType.name(answer.notice().notifyType()))));
        send(received.path().local(), received.path().remote(), received.message().header(), answer.notice(), effects);
    }

    /** An unprotected answer to a request, within the rate. */
    private void answer(Event.DatagramReceived to, IkeHeader header, NotifyPayload notice, Instant now,
                        List<Effect> effects) {
        if (!header.response() && unprotected.allows(now)) {
            send(to.local(), to.remote(), header, notice, effects);
        }
    }

    private static void send(IpEndpoint local, IpEndpoint remote, IkeHeader header, NotifyPayload notice,
                             List<Effect> effects) {
        IkeHeader answer = new IkeHeader(header.spiInitiator(), header.spiResponder(), header.exchange(),
                !header.initiator(), true, header.messageId());
        effects.add(new Effect.SendDatagram(local, remote, MessageCodec.encode(answer, List.of(notice))));
    }

    /** A fresh IKE SPI: RFC 7296 §2.6, never zero, unique here. */
    long newSpi() {
        long spi;
        do {
            spi = context.random().nextLong();
        } while (table.isTaken(spi));
        return spi;
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

    private static void drop(DropReason reason, IpEndpoint remote, List<Effect> effects) {
        effects.add(new Effect.Dropped(reason, remote));
    }

    private static final int UNPROTECTED_PER_SECOND = 20;
}
