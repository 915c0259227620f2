package dev.keylane.ike.endpoint;

import dev.keylane.ike.crypto.RandomSource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.time.Instant;
import java.util.List;

/**
 * Answers to messages of which nothing is known. RFC 7296 §2.21 wants them rare: so many a second for all, fewer for one
 * source, so that one cannot use them all up. None is larger than what it answers, so nobody is hit harder through us.
 */
final class UnprotectedAnswers {
    private final RateLimit hints = new RateLimit(20);
    private final SourceRation hintsEach;
    private final RateLimit refusals = new RateLimit(100);
    private final SourceRation refusalsEach;
    private final RateLimit provedRefusals = new RateLimit(1000);
    private final SourceRation cookiesEach;
    private final SourceRation repeatsEach;
    private long cookies;

    UnprotectedAnswers(RandomSource random) {
        hintsEach = new SourceRation(10, random.nextLong());
        refusalsEach = new SourceRation(10, random.nextLong());
        cookiesEach = new SourceRation(50, random.nextLong());
        repeatsEach = new SourceRation(200, random.nextLong());
    }

    /** About a message that nobody here can make sense of: to requests only, RFC 7296 §2.21.4. */
    void hint(Event.DatagramReceived to, IkeHeader header, NotifyPayload notice, Instant now, List<Effect> effects) {
        if (!header.response() && hintsEach.allows(to.remote().address(), now) && hints.allows(now)) {
            send(to, header, notice, effects);
        }
    }

    /**
     * Why there will be no SA.
     *
     * @param proved the peer is where it says: it cannot hide among others, nor be kept from its answer by them
     */
    boolean refuse(Event.DatagramReceived to, IkeHeader header, NotifyPayload notice, boolean proved, Instant now,
                   List<Effect> effects) {
        boolean may = proved ? provedRefusals.allows(now)
                : refusalsEach.allows(to.remote().address(), now) && refusals.allows(now);
        return may && send(to, header, notice, effects);
    }

    /** Whether somebody who has not returned a cookie could still be told why there will be no SA. */
    boolean canRefuse(Instant now) {
        return refusals.hasLeft(now);
    }

    /**
     * Asks for a cookie. It is what lets a peer in while others flood, so all get theirs who keep to a rate.
     *
     * @param known named by a connection: if others use its address, it shall not go without
     */
    boolean challenge(Event.DatagramReceived to, IkeHeader header, NotifyPayload cookie, boolean known, Instant now,
                      List<Effect> effects) {
        boolean sent = (known || cookiesEach.allows(to.remote().address(), now)) && send(to, header, cookie, effects);
        cookies += sent ? 1 : 0;
        return sent;
    }

    /** Whether a request that was answered before may be answered again. */
    boolean mayRepeat(IpAddress source, Instant now) {
        return repeatsEach.allows(source, now);
    }

    long cookies() {
        return cookies;
    }

    private static boolean send(Event.DatagramReceived to, IkeHeader header, NotifyPayload notice,
                                List<Effect> effects) {
        IkeHeader answer = new IkeHeader(header.spiInitiator(), header.spiResponder(), header.exchange(),
                !header.initiator(), true, header.messageId());
        Octets datagram = MessageCodec.encode(answer, List.of(notice));
        if (datagram.length() > to.datagram().length()) {
            return false;
        }
        effects.add(new Effect.SendDatagram(to.local(), to.remote(), datagram));
        return true;
    }
}
