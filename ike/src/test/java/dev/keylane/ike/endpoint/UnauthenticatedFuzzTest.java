package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.sim.Tape;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.Payload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Somebody without keys who has seen all that has come to the victim, and says anything at any time. */
class UnauthenticatedFuzzTest {
    private static final FuzzStage[] STAGES = FuzzStage.values();
    private static final IpEndpoint STRANGER = new IpEndpoint(IpAddress.of("203.0.113.66"), 4711);
    private static final int MESSAGES = 8;

    /** No IKE SA and no SA in the kernel changes; afterwards the two go on where they were. */
    @FuzzTest(maxDuration = "60s")
    void unauthenticated(byte[] data) {
        Tape tape = new Tape(data);
        FuzzStage stage = STAGES[tape.below(STAGES.length)];
        int how = tape.u8();
        Pair pair = stage.reach((how & 1) != 0, (how & 2) != 0);
        Host victim = (how & 1) != 0 ? pair.left : pair.right;
        Host peer = (how & 1) != 0 ? pair.right : pair.left;
        Forger forger = new Forger(victim, peer);
        for (int i = 0; i < MESSAGES && !tape.isOver(); i++) {
            IpEndpoint from = tape.flag() ? peer.address : STRANGER;
            Optional<Octets> datagram = datagram(tape, forger, victim, peer).filter(some -> !mayBeTrue(some));
            datagram.ifPresent(some -> fire(some, from, pair, victim));
        }
        goOn(pair);
        Endings.close(pair);
        Endings.check(pair, true);
    }

    private static Optional<Octets> datagram(Tape tape, Forger forger, Host victim, Host peer) {
        return switch (tape.below(4)) {
            case 0 -> Optional.of(tape.octets());
            case 1 -> changed(tape, victim);
            case 2 -> forger.next(tape).flatMap(forged -> forged.datagrams().stream().findFirst());
            default -> {
                List<Payload> clear = new MadePayloads(victim, peer).next(tape, tape.flag());
                IkeSaView.Spis spis = victim.endpoint.views().isEmpty() ? new IkeSaView.Spis(1, 2)
                        : victim.endpoint.views().getFirst().spis();
                int flags = tape.u8();
                yield Optional.of(MessageCodec.encode(new IkeHeader(spis.initiator(),
                        (flags & 1) != 0 ? 0 : spis.responder(), 34 + (flags >> 1 & 3), (flags & 8) != 0,
                        (flags & 16) != 0, flags >> 5), clear));
            }
        };
    }

    /** What the victim has received or sent, with changes that may mend the header's length. */
    private static Optional<Octets> changed(Tape tape, Host victim) {
        List<Octets> known = new ArrayList<>(victim.received);
        victim.seen(Effect.SendDatagram.class).forEach(sent -> known.add(sent.datagram()));
        if (known.isEmpty()) {
            return Optional.empty();
        }
        byte[] octets = known.get(tape.u8() % known.size()).toByteArray();
        for (int changes = tape.below(5); changes > 0 && octets.length > 0; changes--) {
            int at = tape.u16() % octets.length;
            switch (tape.below(3)) {
                case 0 -> octets[at] = (byte) tape.u8();
                case 1 -> octets = Arrays.copyOf(octets, at);
                default -> octets = Arrays.copyOf(octets, octets.length + tape.u8());
            }
        }
        if (octets.length >= IkeHeader.SIZE && tape.flag()) {
            octets[24] = octets[25] = 0;
            octets[26] = (byte) (octets.length >> 8);
            octets[27] = (byte) octets.length;
        }
        return Optional.of(Octets.wrap(octets));
    }

    /** Nothing tells a forged first answer from the true one, so whoever can read our request may spoil a handshake. */
    private static boolean mayBeTrue(Octets datagram) {
        return MessageCodec.decode(datagram) instanceof Decoded.Ok ok
                && ok.message().header().exchange() == ExchangeType.IKE_SA_INIT && ok.message().header().response();
    }

    private static void fire(Octets datagram, IpEndpoint from, Pair pair, Host victim) {
        List<IkeSaView> before = victim.endpoint.views();
        List<Object> kernel = new ArrayList<>(victim.kernel.values());
        int seen = victim.seen.size();
        victim.on(new Event.DatagramReceived(victim.address, from, datagram), pair.now);
        assertThat(victim.endpoint.views()).as("IKE SAs after %s", datagram).containsAll(before);
        assertThat(new ArrayList<Object>(victim.kernel.values())).as("kernel after %s", datagram).isEqualTo(kernel);
        // A first message may make a half-open SA, which computes; there is nothing else that a stranger can cause.
        boolean isNew = victim.endpoint.views().size() > before.size();
        assertThat(victim.seen.subList(seen, victim.seen.size())).as("effects of %s", datagram)
                .allMatch(effect -> effect instanceof Effect.Dropped || effect instanceof Effect.SendDatagram
                        || effect instanceof Effect.Note || effect instanceof Effect.Exchanged
                        || effect instanceof Effect.Alerted || isNew && effect instanceof Effect.RunCrypto);
    }

    /** What was under way when the first datagram came is done in the end. */
    private static void goOn(Pair pair) {
        pair.link.weather(Weather.FAIR);
        pair.drive(Duration.ofMinutes(2));
        for (Host host : List.of(pair.left, pair.right)) {
            assertThat(host.seen(Effect.RequestDone.class)).as("requests").extracting(Effect.RequestDone::failure)
                    .allMatch(Objects::isNull);
            Endings.checkKernel(host);
        }
        assertThat(pair.left.children()).as("children").hasSameSizeAs(pair.right.children());
    }
}
