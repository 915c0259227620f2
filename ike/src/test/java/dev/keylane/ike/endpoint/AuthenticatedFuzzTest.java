package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.sim.Tape;
import dev.keylane.ike.sim.ToyCrypto;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.payload.DeletePayload;
import dev.keylane.ike.wire.payload.NotifyPayload;
import dev.keylane.ike.wire.payload.Payload;
import java.time.Duration;
import java.util.List;

/** A peer that knows the keys and says anything at any time. */
class AuthenticatedFuzzTest {
    private static final FuzzStage[] STAGES = FuzzStage.values();
    private static final int MESSAGES = 8;

    /**
     * Nothing throws; a request is answered once or dropped; an IKE SA ends only by what RFC 7296 says ends it; the
     * kernel holds what the core knows of; and all of it can be closed without a rest.
     */
    @FuzzTest(maxDuration = "60s")
    void authenticated(byte[] data) {
        Tape tape = new Tape(data);
        FuzzStage stage = STAGES[tape.below(STAGES.length)];
        int how = tape.u8();
        Pair pair = stage.reach((how & 1) != 0, (how & 2) != 0);
        Host victim = (how & 1) != 0 ? pair.left : pair.right;
        Host peer = (how & 1) != 0 ? pair.right : pair.left;
        ((ToyCrypto) victim.crypto()).believes = true;
        Forger forger = new Forger(victim, peer);
        for (int i = 0; i < MESSAGES && !tape.isOver(); i++) {
            forger.next(tape).ifPresent(forged -> deliver(forged, pair, victim, peer));
            if (tape.below(4) == 3) {
                pair.drive(Duration.ofMillis(tape.u8() * 40L));
            }
        }
        ((ToyCrypto) victim.crypto()).believes = false;
        Endings.close(pair);
        Endings.check(pair, false);
    }

    private static void deliver(Forger.Forged forged, Pair pair, Host victim, Host peer) {
        boolean closing = victim.endpoint.views().stream().anyMatch(view -> view.state().name().equals("DELETING"));
        int before = victim.seen.size();
        forged.datagrams().forEach(datagram ->
                victim.on(new Event.DatagramReceived(victim.address, peer.address, datagram), pair.now));
        List<Effect> effects = List.copyOf(victim.seen.subList(before, victim.seen.size()));
        List<PayloadChain> answers = answers(effects, forged.header());
        boolean dropped = effects.stream().anyMatch(Effect.Dropped.class::isInstance);
        if (forged.header().response()) {
            assertThat(answers).as("answers to a response").isEmpty();
        } else if (victim.lag == null) {
            // A fragment that comes again after the answer asks for it again.
            assertThat(answers.size()).as("answers to %s", forged).isLessThanOrEqualTo(forged.datagrams().size());
            assertThat(!answers.isEmpty() || dropped || !forged.whole())
                    .as("answered or dropped: %s, %s", forged, effects).isTrue();
        }
        for (Effect effect : effects) {
            if (effect instanceof Effect.IkeDown down && down.sa().established() != null) {
                // Fragments of an earlier message under the same id make another whole, which may be malformed.
                boolean mixed = forged.isInFragments() && down.reason().contains("malformed");
                assertThat(mayEnd(forged, answers) || mixed || closing && forged.header().response())
                        .as("the end of an IKE SA, %s, by %s", down.reason(), forged).isTrue();
            }
        }
        if (victim.lag == null) {
            Endings.checkKernel(victim);
        }
    }

    /** The insides of the protected messages that answer the request. */
    private static List<PayloadChain> answers(List<Effect> effects, IkeHeader request) {
        return effects.stream().filter(Effect.SendDatagram.class::isInstance)
                .map(effect -> ((Effect.SendDatagram) effect).datagram())
                .filter(datagram -> answers(datagram, request)).flatMap(datagram -> Forger.open(datagram).stream())
                .toList();
    }

    private static boolean answers(Octets datagram, IkeHeader request) {
        return MessageCodec.decode(datagram) instanceof Decoded.Ok(IkeMessage message)
                && message.header().response() && message.header().spiInitiator() == request.spiInitiator()
                && message.header().spiResponder() == request.spiResponder();
    }

    /** RFC 7296 §2.21.3, and the Delete of the IKE SA itself. */
    private static boolean mayEnd(Forger.Forged forged, List<PayloadChain> answers) {
        return ends(forged.inner()) || answers.stream().anyMatch(AuthenticatedFuzzTest::ends);
    }

    private static boolean ends(PayloadChain chain) {
        return switch (chain) {
            case PayloadChain.Malformed _, PayloadChain.UnsupportedCritical _ -> true;
            case PayloadChain.Ok(List<Payload> payloads) -> payloads.stream().anyMatch(payload -> switch (payload) {
                case NotifyPayload notify -> NotifyType.endsIkeSa(notify.notifyType());
                case DeletePayload delete -> delete.protocol() == 1;
                default -> false;
            });
        };
    }
}
