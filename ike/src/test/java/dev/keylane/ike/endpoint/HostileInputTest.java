package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.wire.Decoded;
import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.MessageCodec;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.SaPayload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A live pair under fire from somebody who has seen everything that was delivered so far, but holds no key. */
class HostileInputTest {
    private static final EndpointSettings SETTINGS = new EndpointSettings(500, 4500,
            EndpointSettings.Retransmission.DEFAULT, 30, 100, Duration.ofSeconds(30));
    private static final IpEndpoint STRANGER = new IpEndpoint(IpAddress.of("203.0.113.66"), 4711);
    /** RFC 3948 §2.3: ignored, whoever sends it. */
    private static final Octets KEEPALIVE = Octets.of(0xff);
    private static final int SHOTS = 13_000;

    /** How far the pair is when the fire opens; one message of it is under way each time. */
    private enum Stage {
        INIT_SENT(1), HALF_OPEN(1), CONNECTING(1), ESTABLISHED(1), CREATING(2), DELETING(0);

        private final int children;

        Stage(int children) {
            this.children = children;
        }

        Pair reach(long seed) {
            Pair pair = new Pair(seed, SETTINGS, Weather.FAIR);
            pair.left.load(Configs.LEFT.withPerCpuSas().book(), pair.now);
            pair.right.load(Configs.RIGHT.withPerCpuSas().book(), pair.now);
            pair.left.initiate("BFL-BFR", "bf", pair.right, pair.now);
            switch (this) {
                case INIT_SENT -> pair.drive(Duration.ofMillis(1));
                case HALF_OPEN -> pair.drive(Duration.ofMillis(12));
                case CONNECTING -> pair.drive(Duration.ofMillis(22));
                case ESTABLISHED -> pair.drive();
                case CREATING -> {
                    pair.drive();
                    pair.left.initiate("BFL-BFR", "bf", pair.right, Resource.cpu(0), pair.now);
                }
                case DELETING -> {
                    pair.drive();
                    pair.left.on(new Event.TerminateChild(2, pair.left.children().getFirst().id(), false), pair.now);
                }
            }
            return pair;
        }
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void mutatedCopiesChangeNothing(Stage stage) {
        Pair pair = stage.reach(1);
        Random random = new Random(stage.ordinal());
        for (Host target : List.of(pair.left, pair.right)) {
            List<Octets> known = known(target);
            if (known.isEmpty()) {
                continue;
            }
            for (int shot = 0; shot < SHOTS; shot++) {
                fire(target, pair, mutated(known.get(random.nextInt(known.size())), random), random.nextBoolean());
                assertThat(target.endpoint.halfOpen()).isLessThanOrEqualTo(SETTINGS.halfOpen().most());
            }
        }
        assertUnhurt(pair, stage);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void replaysChangeNothing(Stage stage) {
        Pair pair = stage.reach(2);
        for (Host target : List.of(pair.left, pair.right)) {
            List<Octets> known = known(target);
            for (int round = 0; round < 20; round++) {
                for (Octets datagram : known) {
                    fire(target, pair, datagram, round % 2 == 0);
                }
            }
        }
        assertUnhurt(pair, stage);
    }

    @ParameterizedTest
    @EnumSource(Stage.class)
    void anotherPairsMessagesChangeNothing(Stage stage) {
        Pair other = Stage.DELETING.reach(77);
        other.drive();
        Pair pair = stage.reach(3);
        for (Host target : List.of(pair.left, pair.right)) {
            for (Host source : List.of(other.left, other.right)) {
                for (Effect.SendDatagram sent : source.seen(Effect.SendDatagram.class)) {
                    fire(target, pair, sent.datagram(), true);
                }
            }
        }
        assertUnhurt(pair, stage);
    }

    @Test
    void tableForgetsWhatStrangersLeft() {
        Pair pair = Stage.ESTABLISHED.reach(4);
        Random random = new Random(4);
        Octets init = pair.left.seen(Effect.SendDatagram.class).getFirst().datagram();
        for (int shot = 0; shot < 1000; shot++) {
            byte[] another = init.toByteArray();
            another[random.nextInt(8)] ^= (byte) (1 + random.nextInt(255));
            fire(pair.right, pair, Octets.wrap(another), false);
        }
        assertThat(pair.right.endpoint.halfOpen()).isBetween(1, 30);
        pair.drive(Duration.ofSeconds(31));
        assertThat(pair.right.endpoint.halfOpen()).isZero();
        assertThat(pair.right.endpoint.views()).hasSize(1);
    }

    /** What {@code target} has received, and what it has sent itself. */
    private static List<Octets> known(Host target) {
        List<Octets> known = new ArrayList<>(target.received);
        target.seen(Effect.SendDatagram.class).forEach(sent -> known.add(sent.datagram()));
        return known;
    }

    /** Every datagram is answered, worked on, noted as a hint that may be true, or counted as dropped. */
    private static void fire(Host target, Pair pair, Octets datagram, boolean fromPeer) {
        if (isInitResponse(datagram) || datagram.equals(KEEPALIVE)) {
            return;
        }
        int before = target.seen.size();
        IpEndpoint peer = target == pair.left ? pair.right.address : pair.left.address;
        target.on(new Event.DatagramReceived(target.address, fromPeer ? peer : STRANGER, datagram), pair.now);
        assertThat(target.seen.subList(before, target.seen.size())).as("effects of %s", datagram.toHex())
                .anyMatch(effect -> effect instanceof Effect.Dropped || effect instanceof Effect.SendDatagram
                        || effect instanceof Effect.RunCrypto || effect instanceof Effect.Note);
    }

    /** Nothing tells a forged first answer from the true one, so whoever can read our request may spoil a handshake. */
    private static boolean isInitResponse(Octets datagram) {
        return MessageCodec.decode(datagram) instanceof Decoded.Ok ok
                && ok.message().header().exchange() == ExchangeType.IKE_SA_INIT && ok.message().header().response()
                && ok.message().first(SaPayload.class).isPresent();
    }

    private static Octets mutated(Octets original, Random random) {
        byte[] bytes = original.toByteArray();
        int length = bytes.length;
        switch (random.nextInt(8)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(length));
            case 1 -> bytes = Arrays.copyOf(bytes, length + 1 + random.nextInt(40));
            case 2 -> bytes[24 + random.nextInt(4)] ^= (byte) (1 << random.nextInt(8));
            case 3 -> bytes[16 + random.nextInt(4)] = (byte) random.nextInt(256);
            case 4 -> bytes[random.nextInt(16)] ^= (byte) (1 << random.nextInt(8));
            case 5 -> {
                bytes = Arrays.copyOf(bytes, 28 + random.nextInt(length - 28));
                bytes[24] = bytes[25] = 0;
                bytes[26] = (byte) (bytes.length >> 8);
                bytes[27] = (byte) bytes.length;
            }
            case 6 -> bytes[20 + random.nextInt(4)] ^= (byte) (1 << random.nextInt(8));
            default -> {
            }
        }
        for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return Octets.wrap(bytes);
    }

    private static void assertUnhurt(Pair pair, Stage stage) {
        pair.drive(Duration.ofMinutes(10));
        assertThat(pair.left.children()).as(() -> String.join("\n", pair.left.log())).hasSize(stage.children);
        assertThat(pair.right.children()).hasSize(stage.children);
        assertThat(pair.left.seen(Effect.RequestDone.class)).extracting(Effect.RequestDone::failure)
                .containsOnlyNulls();
        for (Host host : List.of(pair.left, pair.right)) {
            assertThat(host.endpoint.views()).hasSize(1);
            assertThat(host.endpoint.halfOpen()).isZero();
            assertThat(host.endpoint.nextTimeout()).isEmpty();
            assertThat(host.seen(Effect.IkeDown.class)).allMatch(down -> down.sa().established() == null);
        }
    }
}
