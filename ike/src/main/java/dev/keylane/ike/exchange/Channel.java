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
import dev.keylane.ike.wire.payload.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    private long sealed;
    private int expectedRequest;
    private boolean working;
    private boolean mayAsk;
    private @Nullable Octets lastAnswer;

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
        this.requests = new PendingRequests(retransmission, initiator ? initialized : 0);
        this.expectedRequest = initiator ? 0 : initialized;
        this.mayAsk = initiator || initialized == 0;
    }

    public IkeSuite suite() {
        return suite;
    }

    public IkeKeys keys() {
        return keys;
    }

    /** Whether the window has room. A responder whose proof is not out yet would ask somebody who knows no such SA. */
    public boolean canSend() {
        return mayAsk && requests.canSend();
    }

    /** The message id the next {@link #request} will have. */
    public int nextRequestId() {
        return requests.nextId();
    }

    /** Seals a request, to be sent now and again until it is answered. */
    public Octets request(int exchange, List<Payload> payloads, Instant now) {
        Octets datagram = seal(exchange, false, requests.nextId(), payloads);
        requests.sent(exchange, datagram, now);
        return datagram;
    }

    /** Seals the answer to the request being worked on and keeps it for repetitions. */
    public Octets respond(int exchange, int messageId, List<Payload> payloads) {
        Octets datagram = seal(exchange, true, messageId, payloads);
        working = false;
        mayAsk = true;
        expectedRequest = messageId + 1;
        lastAnswer = datagram;
        return datagram;
    }

    public Inbound receive(IkeMessage outer, Octets datagram) {
        IkeHeader header = outer.header();
        // RFC 7296 §3.1: the I flag tells "whether the message was sent by the original initiator".
        if (header.initiator() == initiator) {
            return new Inbound.OutOfWindow();
        }
        // RFC 7296 §2.21.4: what is not protected proves nothing and changes nothing.
        if (outer.first(EncryptedPayload.class).isEmpty()) {
            return new Inbound.Unprotected();
        }
        return header.response() ? response(outer, datagram) : request(outer, datagram);
    }

    public Optional<Instant> deadline() {
        return requests.deadline();
    }

    public Retry retry(Instant now) {
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
        return switch (open(outer, datagram)) {
            case Opened.Ok ok -> new Inbound.Response(ok.message(), requests.answered(id).orElseThrow());
            case Opened.Unauthentic _ -> new Inbound.Unauthentic();
            case Opened.Malformed bad -> malformed(outer, bad.reason());
            case Opened.UnsupportedCritical bad -> critical(outer, bad.payloadType());
        };
    }

    private Inbound request(IkeMessage outer, Octets datagram) {
        int id = outer.header().messageId();
        boolean repeated = id == expectedRequest - 1 && lastAnswer != null;
        if (id != expectedRequest && !repeated) {
            return new Inbound.OutOfWindow();
        }
        return switch (open(outer, datagram)) {
            case Opened.Unauthentic _ -> new Inbound.Unauthentic();
            case Opened _ when repeated -> new Inbound.Repeated(lastAnswer);
            case Opened _ when working -> new Inbound.InProgress();
            case Opened.Ok ok -> {
                working = true;
                yield new Inbound.Request(ok.message());
            }
            case Opened.Malformed bad -> malformed(outer, bad.reason());
            case Opened.UnsupportedCritical bad -> critical(outer, bad.payloadType());
        };
    }

    private Opened open(IkeMessage outer, Octets datagram) {
        return Protection.open(crypto, direction(!initiator), datagram, outer);
    }

    private Octets seal(int exchange, boolean response, int messageId, List<Payload> payloads) {
        IkeHeader header = new IkeHeader(spiInitiator, spiResponder, exchange, initiator, response, messageId);
        return Protection.seal(crypto, direction(initiator), header, payloads, sealed++, random);
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
}
