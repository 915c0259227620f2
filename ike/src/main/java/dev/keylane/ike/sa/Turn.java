package dev.keylane.ike.sa;

import dev.keylane.ike.child.ChildOffer;
import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.UdpSources;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.Effect.Group;
import dev.keylane.ike.wire.Octets;
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

    /** Along the SA's current path, and where the peer may have moved to. */
    void send(Octets datagram) {
        send(List.of(datagram));
    }

    /** A message that may have gone into several datagrams. */
    void send(List<Octets> datagrams) {
        send(sa.path(), datagrams);
        Path alternative = sa.alternative();
        if (alternative != null) {
            send(alternative, datagrams);
        }
    }

    void send(Path path, List<Octets> datagrams) {
        for (Octets datagram : datagrams) {
            send(path, datagram);
        }
    }

    /** RFC 7296 §2.11: answers go to where the request came from, from where it came to. */
    void send(Path path, Octets datagram) {
        effects.add(new Effect.SendDatagram(path.local(), path.remote(), datagram));
        sa.keepalive().sent(path, this);
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
        if (!wish.isRekey()) {
            context.wanted().failed(sa.connectionName(), wish, now);
            effects.add(new Effect.ChildFailed(wish.request(), sa.connectionName(), wish.config().name(),
                    wish.wanted(), wish.acquireSeq(), notifyType, reason));
        }
        failed(wish.request(), reason);
    }
}
