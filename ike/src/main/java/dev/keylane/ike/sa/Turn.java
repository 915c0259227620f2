package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildOffer;
import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.UdpSources;
import dev.keylane.ike.exchange.Channel;
import dev.keylane.ike.exchange.Inbound;
import dev.keylane.ike.exchange.Sealed;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.proposal.ProtocolId;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.Envelope;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.MessageSummary;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.payload.DeletePayload;
import dev.keylane.ike.wire.payload.FragmentPayload;
import java.time.Instant;
import java.util.List;

/** One event's turn at one IKE SA: what it may read, and where its effects go. */
public final class Turn {
    private final IkeSa sa;
    private final SaContext context;
    private final Instant now;
    private final List<Effect> effects;

    public Turn(IkeSa sa, SaContext context, Instant now, List<Effect> effects) {
        this.sa = sa;
        this.context = context;
        this.now = now;
        this.effects = effects;
    }

    public IkeSa sa() {
        return sa;
    }

    public SaContext context() {
        return context;
    }

    public Instant now() {
        return now;
    }

    /** The turn of another IKE SA that this event concerns as well. */
    Turn at(IkeSa other) {
        context.touch(other);
        return new Turn(other, context, now, effects);
    }

    void emit(Effect effect) {
        effects.add(effect);
    }

    void alert(Alert alert) {
        effects.add(new Effect.Alerted(alert, sa.viewAlone()));
    }

    /** What has come over a channel; a whole message is counted. */
    Inbound receive(Channel channel, SaEvent.Received received) {
        Inbound inbound = channel.receive(received.message(), received.datagram(), now);
        if (inbound instanceof Inbound.Request || inbound instanceof Inbound.Response) {
            received.message().first(FragmentPayload.class).ifPresent(last -> note(Group.ENC,
                    "received fragment #%s of %s, reassembled fragmented IKE message", last.number(), last.total()));
            heard(inbound instanceof Inbound.Request request ? request.message() : ((Inbound.Response) inbound).message());
        } else if (inbound instanceof Inbound.Fragment(boolean kept) && kept) {
            received.message().first(FragmentPayload.class).ifPresent(one -> note(Group.ENC,
                    "received fragment #%s of %s, waiting for complete IKE message", one.number(), one.total()));
        }
        if (inbound instanceof Inbound.Response response && response.request().sent() > 1) {
            alert(Alert.RETRANSMIT_SEND_CLEARED);
        } else if (inbound instanceof Inbound.Malformed) {
            alert(Alert.PARSE_ERROR_BODY);
        }
        return inbound;
    }

    /** What could not be replaced in its time ends. */
    void expired() {
        note(Group.IKE, "IKE_SA %s[%s] could not be rekeyed in time", sa.connectionName(), sa.id());
        alert(Alert.IKE_SA_EXPIRED);
    }

    void heard(IkeMessage message) {
        IkeHeader header = message.header();
        note(Group.ENC, "parsed %s", new MessageSummary(message));
        effects.add(new Effect.Exchanged(sa.connectionName(), header.exchange(), header.response(), true));
    }

    /** An IKE_SA_INIT, along the SA's current path, and where the peer may have moved to. */
    void send(Octets datagram) {
        if (MessageCodec.open(datagram) instanceof Envelope.Good good
                && good.payloads() instanceof PayloadChain.Ok chain) {
            said(new IkeMessage(good.header(), chain.payloads()));
        }
        repeat(List.of(datagram));
    }

    void send(Sealed sealed) {
        said(sealed);
        repeat(sealed.datagrams());
    }

    /** RFC 7296 §2.11: answers go to where the request came from, from where it came to. */
    void send(Path path, Sealed sealed) {
        said(sealed);
        transmit(path, sealed.datagrams());
    }

    private void said(Sealed sealed) {
        said(sealed.message());
        if (sealed.datagrams().size() > 1) {
            note(Group.ENC, "splitting IKE message (%s bytes) into %s fragments", sealed.octets(), sealed.datagrams().size());
        }
    }

    private void said(IkeMessage message) {
        IkeHeader header = message.header();
        message.first(DeletePayload.class).ifPresent(this::deleting);
        note(Group.ENC, "generating %s", new MessageSummary(message));
        effects.add(new Effect.Exchanged(sa.connectionName(), header.exchange(), header.response(), false));
    }

    private void deleting(DeletePayload delete) {
        if (delete.protocol() == ProtocolId.IKE.id()) {
            note(Group.IKE, "sending DELETE for IKE_SA %s[%s]", sa.connectionName(), sa.id());
        }
        delete.spis().forEach(spi -> note(Group.IKE, "sending DELETE for ESP CHILD_SA with SPI %s", spi));
    }

    /** What was sent before, as it was. */
    void repeat(List<Octets> datagrams) {
        transmit(sa.path(), datagrams);
        Path alternative = sa.alternative();
        if (alternative != null) {
            transmit(alternative, datagrams);
        }
    }

    /** The answer to a request that the peer has repeated. */
    void repeat(Path path, List<Octets> datagrams) {
        alert(Alert.RETRANSMIT_RECEIVE);
        transmit(path, datagrams);
    }

    private void transmit(Path path, List<Octets> datagrams) {
        for (Octets datagram : datagrams) {
            effects.add(new Effect.SendDatagram(path.local(), path.remote(), datagram));
            sa.keepalive().sent(path, this);
        }
    }

    /** Answers the ticket that the result will carry. */
    long run(CryptoTask task) {
        long ticket = context.nextTicket();
        effects.add(new Effect.RunCrypto(sa.id(), ticket, task));
        return ticket;
    }

    /** Before the offer is sent. */
    void offer(ChildOffer offer) {
        effects.add(new Effect.ChildOffered(offer.spiIn(), ChildCreation.use(offer.wish(), this),
                offer.source().orElse(UdpSources.ANY)));
    }

    /** Nothing comes of an offer; its SPI may be used again. */
    void withdraw(ChildOffer offer) {
        context.spis().release(offer.spiIn());
        effects.add(new Effect.OfferWithdrawn(offer.spiIn()));
    }

    void drop(DropReason reason) {
        drop(reason, sa.path().remote());
    }

    void drop(DropReason reason, IpEndpoint remote) {
        effects.add(new Effect.Dropped(reason, remote));
    }

    void note(Group group, String text, Object... arguments) {
        effects.add(new Effect.Note(group, 1, sa.id(), sa.connectionName(), text, List.of(arguments)));
    }

    void detail(Group group, String text, Object... arguments) {
        effects.add(new Effect.Note(group, 2, sa.id(), sa.connectionName(), text, List.of(arguments)));
    }

    void done(long request) {
        if (request != 0) {
            effects.add(new Effect.RequestDone(request, null));
        }
    }

    void failed(long request, String reason) {
        if (request != 0) {
            effects.add(new Effect.RequestDone(request, reason));
        }
    }

    /** A child that will not come up: tells whoever asked, and whoever plans. */
    void childFailed(ChildWish wish, int notifyType, String reason) {
        note(Group.CHD, "establishing CHILD_SA %s failed: %s", wish.config().name(), reason);
        childRefused(notifyType);
        if (!wish.isRekey()) {
            context.wanted().failed(sa.connectionName(), wish, now);
            effects.add(new Effect.ChildFailed(wish.request(), sa.connectionName(), wish.config().name(),
                    wish.wanted(), wish.acquireSeq(), notifyType, reason));
        }
        failed(wish.request(), reason);
    }

    /**
     * A child was refused, by either side.
     *
     * @param notifyType with this error, 0 for none
     */
    void childRefused(int notifyType) {
        if (notifyType == NotifyType.TS_UNACCEPTABLE) {
            alert(Alert.TS_MISMATCH);
        } else if (notifyType == NotifyType.NO_PROPOSAL_CHOSEN) {
            alert(Alert.PROPOSAL_MISMATCH_CHILD);
        }
    }
}
