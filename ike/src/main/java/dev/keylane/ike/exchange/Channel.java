package dev.keylane.ike.exchange;

import dev.keylane.ike.crypto.Crypto;
import dev.keylane.ike.crypto.IkeKeys;
import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.policy.EndpointSettings.Retransmission;
import dev.keylane.ike.proposal.IkeSuite;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.EncryptedPayload;
import dev.keylane.ike.wire.payload.FragmentPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The protected channel of one IKE SA: seals and opens its messages, counts message ids both ways, keeps what may have
 * to be sent again.
 */
public final class Channel implements AutoCloseable {
    private final Crypto crypto;
    private final RandomSource random;
    private final boolean initiator;
    private final long spiInitiator;
    private final long spiResponder;
    private final IkeSuite suite;
    private final IkeKeys keys;
    private final PendingRequests requests;
    private final PeerWindow window;
    private final Reassemblies reassemblies = new Reassemblies();
    private Fragmentation fragmentation = Fragmentation.NONE;
    private long ivCounter;
    private boolean mayAsk;
    private boolean announcing;

    /**
     * @param initiator   whether we are the original initiator of the IKE SA
     * @param initialized requests the original initiator has sent before this channel: 1, IKE_SA_INIT, or 0 after a
     *                    rekey. RFC 7296 §2.2: each direction counts for itself, so the responder's first request is 0
     */
    public Channel(Crypto crypto, RandomSource random, Retransmission retransmission, boolean initiator,
                   long spiInitiator, long spiResponder, IkeSuite suite, IkeKeys keys, int initialized) {
        this.crypto = crypto;
        this.random = random;
        this.initiator = initiator;
        this.spiInitiator = spiInitiator;
        this.spiResponder = spiResponder;
        this.suite = suite;
        this.keys = keys;
        this.requests = new PendingRequests(retransmission, random, initiator ? initialized : 0);
        this.window = new PeerWindow(initiator ? 0 : initialized);
        this.mayAsk = initiator || initialized == 0;
    }

    /**
     * The channel of the IKE SA that replaces this one's, RFC 7296 §2.18: its message ids start from 0,
     * and each side tells its window anew.
     *
     * @param asInitiator whether we have asked for the rekeying
     */
    public Channel successor(boolean asInitiator, long newSpiInitiator, long newSpiResponder, IkeSuite newSuite,
                             IkeKeys newKeys) {
        Channel next = new Channel(crypto, random, requests.retransmission(), asInitiator, newSpiInitiator,
                newSpiResponder, newSuite, newKeys, 0);
        next.fragmentation = fragmentation;
        next.announceWindow(window());
        return next;
    }

    public IkeSuite suite() {
        return suite;
    }

    public IkeKeys keys() {
        return keys;
    }

    /**
     * From now on so many requests of the peer's are taken at once, and the next message tells it so. RFC 7296 §2.3: the
     * window is 1 "until it receives a SET_WINDOW_SIZE", anew for an IKE SA that replaces another.
     *
     * @param size 1 for nothing to tell
     */
    public void announceWindow(int size) {
        announcing |= size > window.size();
        window.widen(size);
    }

    /** What is agreed about fragments; it holds for an IKE SA that replaces this one, too. */
    public Fragmentation fragmentation() {
        return fragmentation;
    }

    public void fragmentation(Fragmentation agreed) {
        fragmentation = agreed;
    }

    /** How many requests of the peer's are taken at once. */
    public int window() {
        return window.size();
    }

    /**
     * How many requests the peer may have under way: whoever sends one has the answers to all so much older. One that
     * knows of no windows, having told none and never asked twice at once, waits for each answer.
     */
    public int mostAsked() {
        return requests.isAnnounced() || window.isCrowded() ? window.size() : 1;
    }

    /**
     * Whether the peer's window has room. A responder whose proof is not out yet would ask somebody who knows no such
     * SA.
     *
     * @param reserved how many requests that are not sent yet have their place already
     */
    public boolean canSend(int reserved) {
        return mayAsk && requests.canSend(reserved);
    }

    /**
     * RFC 7296 §2.2: message ids must not wrap, the IKE SA "MUST be closed or rekeyed" before; there are some left for
     * that.
     */
    public boolean isWornOut() {
        return Integer.compareUnsigned(requests.nextId(), WORN_OUT) >= 0
                || Integer.compareUnsigned(window.next(), WORN_OUT) >= 0;
    }

    /** Half of the message ids are used: there is all the time in the world to rekey the IKE SA. */
    public boolean isWorn() {
        return requests.nextId() < 0 || window.next() < 0;
    }

    /** The message id the next {@link #request} will have. */
    public int nextRequestId() {
        return requests.nextId();
    }

    /** Seals a request, to be sent now and again until it is answered. */
    public Sealed request(int exchange, List<Payload> payloads, Instant now) {
        Sealed sealed = seal(exchange, false, requests.nextId(), payloads);
        requests.sent(exchange, sealed.datagrams(), now);
        return sealed;
    }

    /** Seals the answer to a request being worked on and keeps it for repetitions. */
    public Sealed respond(int exchange, int messageId, List<Payload> payloads) {
        Sealed sealed = seal(exchange, true, messageId, payloads);
        mayAsk = true;
        window.answered(messageId, sealed.datagrams());
        return sealed;
    }

    public Inbound receive(IkeMessage outer, Octets datagram, Instant now) {
        IkeHeader header = outer.header();
        // RFC 7296 §3.1: the I flag tells "whether the message was sent by the original initiator".
        if (header.initiator() == initiator) {
            return new Inbound.OutOfWindow();
        }
        Optional<FragmentPayload> fragment = outer.first(FragmentPayload.class);
        if (fragment.isPresent()) {
            return fragment(outer, fragment.get(), datagram, now);
        }
        // RFC 7296 §2.21.4: what is not protected proves nothing and changes nothing.
        if (outer.first(EncryptedPayload.class).isEmpty()) {
            return new Inbound.Unprotected();
        }
        return header.response() ? response(outer, datagram) : request(outer, datagram);
    }

    public Optional<Instant> deadline() {
        Optional<Instant> incomplete = reassemblies.deadline();
        Optional<Instant> unanswered = requests.deadline();
        return incomplete.filter(at -> unanswered.filter(at::isAfter).isEmpty()).or(() -> unanswered);
    }

    /** What waits for an answer is due again, as if it had been sent but once. */
    public void hurry(Instant now) {
        requests.hurry(now);
    }

    public Retry retry(Instant now) {
        reassemblies.expire(now);
        return requests.retry(now);
    }

    @Override
    public void close() {
        keys.close();
    }

    private Inbound response(IkeMessage outer, Octets datagram) {
        int id = outer.header().messageId();
        if (requests.find(id).isEmpty()) {
            return new Inbound.OutOfWindow();
        }
        Opened opened = open(outer, datagram);
        return opened instanceof Opened.Unauthentic ? new Inbound.Unauthentic() : newResponse(outer, opened);
    }

    private Inbound newResponse(IkeMessage outer, Opened opened) {
        reassemblies.forget(outer.header());
        return switch (opened) {
            case Opened.Ok ok -> {
                WindowSize.of(ok.message()).ifPresent(requests::widen);
                yield new Inbound.Response(ok.message(),
                        requests.answered(outer.header().messageId()).orElseThrow());
            }
            case Opened.Unauthentic _ -> new Inbound.Unauthentic();
            case Opened.Malformed bad -> malformed(outer, bad.reason());
            case Opened.UnsupportedCritical bad -> critical(outer, bad.payloadType());
        };
    }

    private Inbound request(IkeMessage outer, Octets datagram) {
        int id = outer.header().messageId();
        PeerWindow.Place place = window.place(id);
        if (place == PeerWindow.Place.OUTSIDE) {
            return new Inbound.OutOfWindow();
        }
        Opened opened = open(outer, datagram);
        if (opened instanceof Opened.Unauthentic) {
            return new Inbound.Unauthentic();
        }
        return switch (place) {
            case OUTSIDE -> new Inbound.OutOfWindow();
            case BEING_ANSWERED -> new Inbound.InProgress();
            case ANSWERED -> new Inbound.Repeated(window.answer(id));
            case NEW -> newRequest(outer, opened);
        };
    }

    private Inbound newRequest(IkeMessage outer, Opened opened) {
        reassemblies.forget(outer.header());
        window.take(outer.header().messageId());
        return switch (opened) {
            case Opened.Ok ok -> {
                WindowSize.of(ok.message()).ifPresent(requests::widen);
                yield new Inbound.Request(ok.message());
            }
            case Opened.Malformed bad -> malformed(outer, bad.reason());
            case Opened.UnsupportedCritical bad -> critical(outer, bad.payloadType());
            case Opened.Unauthentic _ -> new Inbound.Unauthentic();
        };
    }

    private Inbound fragment(IkeMessage outer, FragmentPayload fragment, Octets datagram, Instant now) {
        IkeHeader header = outer.header();
        int id = header.messageId();
        boolean expected = header.response() ? requests.find(id).isPresent()
                : window.place(id) != PeerWindow.Place.OUTSIDE;
        if (!fragmentation.accepts()) {
            return new Inbound.RefusedFragment();
        }
        if (!expected) {
            return new Inbound.OutOfWindow();
        }
        if (!header.response() && window.place(id) != PeerWindow.Place.NEW) {
            return repeatedFragment(id, fragment, datagram);
        }
        return switch (reassemblies.judge(header, fragment, limits())) {
            case REFUSED -> new Inbound.RefusedFragment();
            case NEEDLESS -> new Inbound.Fragment(false);
            case WANTED -> switch (SkBody.open(crypto, direction(!initiator), datagram, fragment.offset())) {
                case SkBody.Clear.Unauthentic() -> new Inbound.Unauthentic();
                case SkBody.Clear.BadPadding() -> new Inbound.RefusedFragment();
                case SkBody.Clear.Ok(Octets octets, int length) ->
                        keep(outer, fragment, octets.slice(0, length), datagram.length(), now);
            };
        };
    }

    /** RFC 7383 §2.6.1: of a request that was answered, only the first fragment calls for the answer again. */
    private Inbound repeatedFragment(int id, FragmentPayload fragment, Octets datagram) {
        if (window.place(id) == PeerWindow.Place.BEING_ANSWERED) {
            return new Inbound.InProgress();
        }
        if (fragment.number() > 1) {
            return new Inbound.Fragment(false);
        }
        return SkBody.open(crypto, direction(!initiator), datagram, fragment.offset()) instanceof SkBody.Clear.Ok
                ? new Inbound.Repeated(window.answer(id)) : new Inbound.Unauthentic();
    }

    private Inbound keep(IkeMessage outer, FragmentPayload fragment, Octets clear, int size, Instant now) {
        return switch (reassemblies.add(outer.header(), fragment, clear, size, limits(), now)) {
            case Reassemblies.Outcome.Kept() -> new Inbound.Fragment(true);
            case Reassemblies.Outcome.TooLarge() -> new Inbound.RefusedFragment();
            case Reassemblies.Outcome.Complete(Reassembly message) -> {
                if (message.total() > 1) {
                    fragmentation = fragmentation.atMost(message.largest());
                }
                Octets all = message.join();
                Opened opened = Protection.decode(outer.header(), message.firstInner(), all, all.length());
                yield outer.header().response() ? newResponse(outer, opened) : newRequest(outer, opened);
            }
        };
    }

    /** Whoever has not had an answer under these keys is a stranger. */
    private Reassemblies.Limits limits() {
        return mayAsk ? Reassemblies.Limits.AUTHENTICATED : Reassemblies.Limits.STRANGER;
    }

    private Opened open(IkeMessage outer, Octets datagram) {
        return Protection.open(crypto, direction(!initiator), datagram, outer);
    }

    private Sealed seal(int exchange, boolean response, int messageId, List<Payload> payloads) {
        IkeHeader header = new IkeHeader(spiInitiator, spiResponder, exchange, initiator, response, messageId);
        List<Payload> all = announcing ? WindowSize.addTo(payloads, window.size()) : payloads;
        announcing = false;
        Octets whole = Protection.seal(crypto, direction(initiator), header, all, ivCounter++, random);
        return new Sealed(new IkeMessage(header, all), whole.length(), whole.length() <= fragmentation.largest() ? List.of(whole)
                : new Fragments(crypto, direction(initiator), () -> ivCounter++, random)
                        .seal(header, all, fragmentation.largest()));
    }

    private SkKeys direction(boolean fromInitiator) {
        return fromInitiator
                ? new SkKeys(suite, keys.ei(), keys.ai())
                : new SkKeys(suite, keys.er(), keys.ar());
    }

    private static Inbound malformed(IkeMessage outer, String reason) {
        IkeHeader header = outer.header();
        return new Inbound.Malformed(header.messageId(), header.exchange(), header.response(), reason);
    }

    private static Inbound critical(IkeMessage outer, int type) {
        IkeHeader header = outer.header();
        return new Inbound.UnsupportedCritical(header.messageId(), header.exchange(), header.response(), type);
    }

    private static final int WORN_OUT = 0xffff0000;
}
