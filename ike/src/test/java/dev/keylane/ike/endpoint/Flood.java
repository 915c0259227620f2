package dev.keylane.ike.endpoint;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NoncePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Somebody who sends IKE_SA_INIT requests of a pair's right side, from whatever addresses. */
final class Flood {
    private final Pair pair;
    private final Random random;
    private final IkeMessage model;

    /** @param model a request that the right side likes */
    Flood(Pair pair, Octets model, long seed) {
        this.pair = pair;
        this.random = new Random(seed);
        this.model = ((Decoded.Ok) MessageCodec.decode(model)).message();
    }

    /** A request as no one has sent it before. */
    IkeMessage request(Payload... more) {
        byte[] nonce = new byte[32];
        random.nextBytes(nonce);
        List<Payload> payloads = new ArrayList<>(model.payloads());
        payloads.replaceAll(payload -> payload instanceof NoncePayload ? new NoncePayload(Octets.wrap(nonce)) : payload);
        payloads.addAll(List.of(more));
        return new IkeMessage(new IkeHeader(random.nextLong() | 1, 0, model.header().exchange(), true, false, 0), payloads);
    }

    IpEndpoint anywhere() {
        byte[] address = new byte[4];
        random.nextBytes(address);
        return new IpEndpoint(new IpAddress(Octets.wrap(address)), 1 + random.nextInt(65_535));
    }

    /** Sends it; what comes back is returned, and goes nowhere else. */
    List<Effect> send(IpEndpoint from, IkeMessage request) {
        Host target = pair.right;
        int before = target.seen.size();
        target.on(new Event.DatagramReceived(target.address, from,
                MessageCodec.encode(request.header(), request.payloads())), pair.now);
        return List.copyOf(target.seen.subList(before, target.seen.size()));
    }

    /** Sends it and, when it is asked for a cookie, once more with that. */
    List<Effect> sendFromThere(IpEndpoint from, IkeMessage request) {
        List<Effect> effects = send(from, request);
        Optional<Octets> cookie = cookie(effects);
        return cookie.isEmpty() ? effects : send(from, withCookie(request, cookie.get()));
    }

    static IkeMessage withCookie(IkeMessage request, Octets cookie) {
        List<Payload> payloads = new ArrayList<>(request.payloads());
        payloads.addFirst(NotifyPayload.of(NotifyType.COOKIE, cookie));
        return new IkeMessage(request.header(), payloads);
    }

    static Optional<Octets> cookie(List<Effect> effects) {
        return effects.stream().filter(Effect.SendDatagram.class::isInstance).map(Effect.SendDatagram.class::cast)
                .map(sent -> ((Decoded.Ok) MessageCodec.decode(sent.datagram())).message())
                .flatMap(message -> message.notify(NotifyType.COOKIE).stream()).map(NotifyPayload::data).findFirst();
    }

    static List<DropReason> drops(List<Effect> effects) {
        return effects.stream().filter(Effect.Dropped.class::isInstance)
                .map(effect -> ((Effect.Dropped) effect).reason()).toList();
    }
}
