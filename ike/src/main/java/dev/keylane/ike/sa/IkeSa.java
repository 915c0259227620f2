package dev.keylane.ike.sa;

import dev.keylane.ike.auth.AuthVerified;
import dev.keylane.ike.child.ChildWish;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.exchange.Fragmentation;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.sa.IkeSaView.Ids;
import dev.keylane.ike.sa.IkeSaView.Nat;
import dev.keylane.ike.sa.IkeSaView.Spis;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.payload.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One IKE SA: who and where it is, and the state it is in. Owned by its endpoint's thread. */
public final class IkeSa {
    private final long id;
    private final boolean initiator;
    private final Instant begun;
    private final long localSpi;
    private long remoteSpi;
    private Path path;
    private @Nullable Path alternative;
    private final NatKeepalive keepalive = new NatKeepalive(this);
    private Nat nat = Nat.NONE;
    private @Nullable Connection connection;
    private Ids ids = new Ids(null, null);
    private boolean authenticated;
    private boolean peerTakesFragments;
    private @Nullable IkeSuite suite;
    private List<ChildWish> wishes = List.of();
    private List<Long> requests = List.of();
    private IkeSaState state;

    /** An SA that we start; {@link MakingInitKey#start} gives it its first state. */
    public static IkeSa initiator(long id, long localSpi, Path path, Connection connection, Instant now) {
        IkeSa sa = new IkeSa(id, true, now, localSpi, 0, path);
        sa.connection = connection;
        return sa;
    }

    public static IkeSa responder(long id, long localSpi, long remoteSpi, Path path, Instant now) {
        return new IkeSa(id, false, now, localSpi, remoteSpi, path);
    }

    /**
     * One that is to replace {@code old}: between the same two, who need no other proof.
     *
     * @param initiator whether we asked for the rekeying
     */
    static IkeSa successor(long id, boolean initiator, long localSpi, long remoteSpi, IkeSuite suite, IkeSa old) {
        IkeSa sa = new IkeSa(id, initiator, old.begun, localSpi, remoteSpi, old.path);
        sa.nat = old.nat;
        sa.connection = old.connection;
        sa.ids = old.ids;
        sa.authenticated = old.authenticated;
        sa.suite = suite;
        return sa;
    }

    private IkeSa(long id, boolean initiator, Instant begun, long localSpi, long remoteSpi, Path path) {
        this.id = id;
        this.initiator = initiator;
        this.begun = begun;
        this.localSpi = localSpi;
        this.remoteSpi = remoteSpi;
        this.path = path;
        this.state = Closed.AT_ONCE;
    }

    public void on(SaEvent event, Turn turn) {
        state = state.on(event, turn);
        if (event instanceof SaEvent.TimeReached) {
            keepalive.onTime(turn);
        }
    }

    public void enter(IkeSaState first) {
        state = first;
    }

    /** Gives its place to somebody else: for half-open SAs, whose peers may try again. */
    public void evict(Turn turn) {
        state.abandon(turn, "too many IKE_SAs are half-open");
        state = Closed.AT_ONCE;
    }

    public long id() {
        return id;
    }

    public boolean initiator() {
        return initiator;
    }

    /** Tells how the handshake has ended. */
    void handshakeDone(HandshakeResult result, Turn turn) {
        turn.emit(new Effect.HandshakeDone(initiator, result, Duration.between(begun, turn.now())));
    }

    public long localSpi() {
        return localSpi;
    }

    long spiInitiator() {
        return initiator ? localSpi : remoteSpi;
    }

    long spiResponder() {
        return initiator ? remoteSpi : localSpi;
    }

    void remoteSpi(long spi) {
        remoteSpi = spi;
    }

    public Path path() {
        return path;
    }

    void path(Path other) {
        path = other;
        alternative = null;
    }

    /** Where the peer may be instead, until it has answered from one of the two; null when there is no doubt. */
    @Nullable Path alternative() {
        return alternative;
    }

    void alternative(@Nullable Path other) {
        alternative = other;
    }

    NatKeepalive keepalive() {
        return keepalive;
    }

    Nat nat() {
        return nat;
    }

    void nat(Nat found) {
        nat = found;
    }

    public @Nullable Connection connection() {
        return connection;
    }

    void connection(Connection found) {
        connection = found;
    }

    public String connectionName() {
        return connection == null ? "" : connection.name();
    }

    Ids ids() {
        return ids;
    }

    void ids(Identification local, @Nullable Identification remote) {
        ids = new Ids(local, remote);
    }

    void authenticated(Identification local, AuthVerified peer) {
        ids = new Ids(local, peer.peer());
        authenticated = true;
    }

    /** Before a new attempt: forgets what the peer said in the last one. */
    void startOver() {
        remoteSpi = 0;
        nat = Nat.NONE;
        suite = null;
        peerTakesFragments = false;
    }

    void peerTakesFragments(boolean announced) {
        peerTakesFragments = announced;
    }

    /** RFC 7383 §2.3: fragments are for those who have both announced that they take them. */
    Fragmentation fragmentation(Connection with, EndpointSettings settings) {
        return !peerTakesFragments ? Fragmentation.NONE : Fragmentation.agreed(with.options().fragmentation(),
                settings.messages().fragmentSize(), path.remote().address());
    }

    void suite(IkeSuite agreed) {
        suite = agreed;
    }

    public IkeSaState state() {
        return state;
    }

    public Optional<Instant> deadline() {
        return Stream.of(state.deadline(), keepalive.due()).flatMap(Optional::stream).min(Comparator.naturalOrder());
    }

    /** Gone for good: its owner forgets it. */
    public boolean isOver() {
        return state == Closed.AT_ONCE;
    }

    /**
     * Counts as half-open, RFC 7296 §2.6: it was made for a peer that has not proved who it is, be it that it lingers
     * only to repeat our refusal.
     */
    public boolean isHalfOpen() {
        return !initiator && !authenticated && !isOver();
    }

    /** Can still be given children. */
    public boolean isUsable() {
        return switch (state) {
            case Established established -> !established.isClosing();
            case Closed _, Candidate _, Superseded _ -> false;
            case MakingInitKey _, AwaitingInitResponse _, AgreeingInit _, AwaitingAuthResponse _ -> true;
            case AnsweringInit _, AwaitingAuthRequest _ -> false;
        };
    }

    /** Keeps a wish until the SA is established. */
    void keep(ChildWish wish) {
        if (wishes.isEmpty()) {
            wishes = new ArrayList<>(2);
        }
        wishes.add(wish);
    }

    List<ChildWish> takeWishes() {
        List<ChildWish> taken = wishes;
        wishes = List.of();
        return taken;
    }

    boolean hasWishes() {
        return !wishes.isEmpty();
    }

    /**
     * Somebody waits for the SA itself.
     *
     * @param request 0 for nobody
     */
    public void expect(long request) {
        if (request != 0) {
            requests = Stream.concat(requests.stream(), Stream.of(request)).toList();
        }
    }

    /** Whether somebody waits for the SA itself. */
    boolean isExpected() {
        return !requests.isEmpty();
    }

    List<Long> takeRequests() {
        List<Long> taken = requests;
        requests = List.of();
        return taken;
    }

    public boolean isEstablished() {
        return state instanceof Established;
    }

    /** Whether it has a child by that name that serves all CPUs. */
    public boolean hasStanding(String child) {
        return state instanceof Established up && up.children().hasStanding(child);
    }

    /** The peer shows that its successor of this SA is the one that inherits. */
    void concede(Turn turn) {
        if (state instanceof Established up) {
            state = up.concede(turn);
        }
    }

    /** The peer has deleted its successor of this SA. */
    void peerWithdraws(Turn turn) {
        if (state instanceof Established up) {
            state = up.peerWithdraws(turn);
        }
    }

    /** The answer to a peer that deletes children here, though it asks elsewhere. */
    List<Payload> peerDeletes(IkeMessage message, Turn turn) {
        return switch (state) {
            case Established up -> up.answers().deleted(message, turn);
            case Superseded gone -> gone.heir().peerDeletes(message, turn.at(gone.heir()));
            case MakingInitKey _, AwaitingInitResponse _, AgreeingInit _, AwaitingAuthResponse _, AnsweringInit _,
                 AwaitingAuthRequest _, Candidate _, Closed _ -> List.of();
        };
    }

    /** The peer repeats a request to an IKE SA that this one has replaced. */
    void peerRepeats(long ikeSa, int messageId, Turn turn) {
        switch (state) {
            case Established up -> up.answers().repeated(ikeSa, messageId, turn);
            case Superseded gone -> gone.heir().peerRepeats(ikeSa, messageId, turn.at(gone.heir()));
            case MakingInitKey _, AwaitingInitResponse _, AgreeingInit _, AwaitingAuthResponse _, AnsweringInit _,
                 AwaitingAuthRequest _, Candidate _, Closed _ -> {
            }
        }
    }

    public boolean hasChild(long child) {
        return state instanceof Established up && up.children().find(child).isPresent();
    }

    public IkeSaView view() {
        return viewWith(state instanceof Established up ? up.children().views() : List.of());
    }

    /** What is told with an event of one child: an SA may have hundreds of others, which have no part in it. */
    IkeSaView viewWith(ChildSaView child) {
        return viewWith(List.of(child));
    }

    /** Without its children. */
    IkeSaView viewAlone() {
        return viewWith(List.of());
    }

    private IkeSaView viewWith(List<ChildSaView> children) {
        return new IkeSaView(id, connectionName(), state.shown(), initiator, new Spis(spiInitiator(), spiResponder()),
                path, ids, suite, nat, state instanceof Established up ? up.since() : null,
                state instanceof Established up ? up.rekeyAt() : null, children);
    }
}
