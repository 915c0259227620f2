package dev.keylane.ike.endpoint;

import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.ike.sa.IkeSaView.Spis;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Tape;
import dev.keylane.ike.sim.ToyCrypto;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.OctetWriter;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.payload.EncryptedPayload;
import dev.keylane.ike.wire.payload.FragmentPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Speaks in the name of the victim's peer: octets of any kind, or what was said before with changes, under the message
 * ids that the victim waits for or others near them, sealed with the tag that a {@link ToyCrypto} can be told to believe.
 */
final class Forger {
    private final Host victim;
    private final Host peer;
    private final MadePayloads payloads;

    Forger(Host victim, Host peer) {
        this.victim = victim;
        this.peer = peer;
        this.payloads = new MadePayloads(victim, peer);
    }

    /**
     * @param datagrams several when it comes in fragments
     * @param whole     whether none of them is missing
     * @param inner     what the sealed octets are when decoded
     */
    record Forged(IkeHeader header, List<Octets> datagrams, boolean whole, PayloadChain inner) {
        boolean isInFragments() {
            return datagrams.stream().anyMatch(datagram -> datagram.get(NEXT_PAYLOAD) == PayloadType.SKF);
        }
    }

    /** What is inside an SK payload: the type of the first payload, and its octets. */
    private record Inner(int first, Octets octets) {
    }

    /** Empty when the victim has never had an IKE SA with two SPIs. */
    Optional<Forged> next(Tape tape) {
        Map<Spis, Boolean> known = new LinkedHashMap<>();
        victim.seen(Effect.IkeUp.class).forEach(up -> known.put(up.sa().spis(), up.sa().initiator()));
        for (IkeSaView view : victim.endpoint.views()) {
            known.put(view.spis(), view.initiator());
        }
        List<Spis> all = known.keySet().stream().filter(spis -> spis.responder() != 0).toList();
        if (all.isEmpty()) {
            return Optional.empty();
        }
        Spis spis = all.get(tape.below(all.size()));
        return Optional.of(forge(spis, known.get(spis), tape));
    }

    private Forged forge(Spis spis, boolean victimInitiated, Tape tape) {
        int how = tape.u8();
        boolean response = (how & 1) != 0;
        int exchange = switch (how >> 1 & 3) {
            case 0 -> ExchangeType.CREATE_CHILD_SA;
            case 1 -> ExchangeType.INFORMATIONAL;
            case 2 -> victim.endpoint.views().stream().anyMatch(view -> view.established() != null)
                    ? ExchangeType.CREATE_CHILD_SA : ExchangeType.IKE_AUTH;
            default -> tape.u8();
        };
        int offset = (how & 8) == 0 ? 0 : tape.below(5) - 2;
        int messageId = (response ? lastAsked(spis) : nextExpected(spis)) + offset;
        IkeHeader header = new IkeHeader(spis.initiator(), spis.responder(), exchange, !victimInitiated, response,
                messageId);
        Inner inner = switch (how >> 4 & 3) {
            case 0 -> new Inner(tape.u8(), tape.octets());
            case 1 -> changed(tape);
            default -> made(payloads.next(tape, response));
        };
        PayloadChain chain = MessageCodec.decodeChain(inner.first(), inner.octets(), 0, inner.octets().length());
        return (how & 0xc0) == 0xc0 ? inFragments(header, inner, chain, tape)
                : new Forged(header, List.of(sealed(header, inner)), true, chain);
    }

    /** In any order, some twice, perhaps one missing. */
    private static Forged inFragments(IkeHeader header, Inner inner, PayloadChain chain, Tape tape) {
        int total = 1 + tape.below(6);
        int missing = tape.below(16);
        int length = inner.octets().length();
        List<Octets> fragments = new ArrayList<>();
        for (int number = 1; number <= total; number++) {
            Octets piece = inner.octets().slice(length * (number - 1) / total, length * number / total);
            Octets fragment = fragment(header, number == 1 ? inner.first() : 0, number, total, piece);
            int at = tape.below(fragments.size() + 1);
            if (number != missing) {
                fragments.add(at, fragment);
            }
            if (tape.below(8) == 7) {
                fragments.add(fragment);
            }
        }
        return new Forged(header, fragments, missing < 1 || missing > total, chain);
    }

    private static Octets fragment(IkeHeader header, int first, int number, int total, Octets piece) {
        OctetWriter out = new OctetWriter(piece.length() + 80);
        MessageCodec.encodeHeader(header, PayloadType.SKF, out);
        int length = 8 + IV + piece.length() + 1 + ToyCrypto.BELIEVED.length();
        out.u8(first).u8(0).u16(length).u16(number).u16(total).zeros(IV).octets(piece).u8(0).octets(ToyCrypto.BELIEVED);
        MessageCodec.finish(out);
        return out.toOctets();
    }

    private static Inner made(List<Payload> list) {
        OctetWriter out = new OctetWriter(200);
        MessageCodec.encodeChain(list, out);
        return new Inner(MessageCodec.firstType(list), out.toOctets());
    }

    /** Something that one of the two has said, with up to three changes. */
    private Inner changed(Tape tape) {
        List<Inner> said = new ArrayList<>();
        for (Host host : List.of(victim, peer)) {
            host.seen(Effect.SendDatagram.class).forEach(sent -> inner(sent.datagram()).ifPresent(said::add));
        }
        if (said.isEmpty()) {
            return new Inner(PayloadType.NONE, Octets.EMPTY);
        }
        Inner one = said.get(said.size() - 1 - tape.below(Math.min(said.size(), 256)));
        byte[] octets = one.octets().toByteArray();
        for (int changes = tape.below(4); changes > 0 && octets.length > 0; changes--) {
            int at = tape.u16() % octets.length;
            if (tape.flag()) {
                octets[at] = (byte) tape.u8();
            } else {
                octets = Arrays.copyOf(octets, at);
            }
        }
        return new Inner(one.first(), Octets.wrap(octets));
    }

    /** {@link ToyCrypto} enciphers nothing. */
    private static Optional<Inner> inner(Octets datagram) {
        if (!(MessageCodec.decode(datagram) instanceof Decoded.Ok(IkeMessage message))) {
            return Optional.empty();
        }
        return message.first(EncryptedPayload.class).map(sk -> {
            Octets body = sk.body();
            int end = body.length() - ToyCrypto.BELIEVED.length() - 1;
            return new Inner(sk.firstInner(), body.slice(IV, Math.max(IV, end - body.get(end))));
        });
    }

    /** The inside of a protected message, decoded; of one in fragments, which no error is, the first stands for all. */
    static Optional<PayloadChain> open(Octets datagram) {
        Optional<FragmentPayload> fragment = MessageCodec.decode(datagram) instanceof Decoded.Ok(IkeMessage message)
                ? message.first(FragmentPayload.class) : Optional.empty();
        if (fragment.isPresent()) {
            return fragment.filter(piece -> piece.number() == 1).map(_ -> new PayloadChain.Ok(List.of()));
        }
        return inner(datagram).map(inner ->
                MessageCodec.decodeChain(inner.first(), inner.octets(), 0, inner.octets().length()));
    }

    private static Octets sealed(IkeHeader header, Inner inner) {
        OctetWriter out = new OctetWriter(inner.octets().length() + 80);
        MessageCodec.encodeHeader(header, PayloadType.SK, out);
        int length = 4 + IV + inner.octets().length() + 1 + ToyCrypto.BELIEVED.length();
        out.u8(inner.first()).u8(0).u16(length).zeros(IV).octets(inner.octets()).u8(0).octets(ToyCrypto.BELIEVED);
        MessageCodec.finish(out);
        return out.toOctets();
    }

    /** The id of the peer's next request: one more than the victim has answered. */
    private int nextExpected(Spis spis) {
        return sent(spis, true).stream().mapToInt(IkeHeader::messageId).max().orElse(-1) + 1;
    }

    private int lastAsked(Spis spis) {
        return sent(spis, false).stream().mapToInt(IkeHeader::messageId).max().orElse(0);
    }

    private List<IkeHeader> sent(Spis spis, boolean responses) {
        return victim.seen(Effect.SendDatagram.class).stream()
                .map(sent -> MessageCodec.decode(sent.datagram()))
                .filter(Decoded.Ok.class::isInstance).map(decoded -> ((Decoded.Ok) decoded).message().header())
                .filter(header -> header.response() == responses && header.spiInitiator() == spis.initiator()
                        && (header.spiResponder() == spis.responder() || header.spiResponder() == 0)).toList();
    }

    private static final int IV = 8;
    private static final int NEXT_PAYLOAD = 16;
}
