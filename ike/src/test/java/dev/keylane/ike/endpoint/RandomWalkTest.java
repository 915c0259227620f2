package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import dev.keylane.ike.sim.ToyCrypto;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Whatever is asked for, in whatever order and weather: every request is answered once, what comes up goes down, and when
 * all is closed nothing is left, no SA, no SPI, no timer and no key.
 */
class RandomWalkTest {
    private static final Weather DEAD = new Weather(1, 0, Duration.ZERO, Duration.ZERO);
    private static final int SEEDS = 2500;

    /** One walk: a pair of hosts, and what was asked of each. */
    private static final class Walk {
        private final Random random;
        private final Pair pair;
        private final List<Host> hosts;
        private final List<List<Long>> asked = List.of(new ArrayList<>(), new ArrayList<>());
        private final Set<Secret> shared = Collections.newSetFromMap(new IdentityHashMap<>());
        private final boolean cookies;
        private long lastRequest;

        Walk(long seed) {
            random = new Random(seed);
            cookies = random.nextInt(4) == 0;
            int threshold = cookies ? 0 : 30;
            pair = Pair.toy(seed, new EndpointSettings(500, 4500, EndpointSettings.Retransmission.DEFAULT, threshold,
                    100, Duration.ofSeconds(30)), Weather.FAIR);
            hosts = List.of(pair.left, pair.right);
            boolean perCpu = random.nextBoolean();
            String esp = random.nextBoolean() ? "aes128gcm16-esn" : "aes128gcm16-x25519-ecp256";
            Duration dpd = random.nextBoolean() ? Duration.ZERO : Duration.ofSeconds(20);
            String ike = random.nextBoolean() ? "aes128gcm16-prfsha256-x25519" : "aes128gcm16-prfsha256-x25519-ecp256";
            load(pair.left, (perCpu ? Configs.LEFT.withPerCpuSas() : Configs.LEFT).suites(ike, esp)
                    .tries(1 + random.nextInt(2), dpd));
            String other = random.nextInt(4) == 0 ? "aes128gcm16-ecp256" : esp;
            Configs right = (perCpu ? Configs.RIGHT.withPerCpuSas() : Configs.RIGHT).suites(
                    random.nextInt(4) == 0 ? "aes128gcm16-prfsha256-ecp256" : ike, other).tries(1, Duration.ZERO);
            load(pair.right, random.nextInt(8) == 0 ? right.psk("wrong") : right);
            for (Host host : hosts) {
                host.lag = random.nextInt(3) == 0 ? null : random;
            }
        }

        private void load(Host host, Configs configs) {
            PolicyBook book = configs.book();
            book.sharedKeys().forEach(key -> shared.add(key.secret()));
            host.load(book, pair.now);
        }

        void step() {
            int side = random.nextInt(2);
            Host host = hosts.get(side);
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> host.on(new Event.Initiate(next(side), "BFL-BFR", "bf",
                        new Path(host.address, hosts.get(1 - side).address), new Event.Trigger(
                                random.nextBoolean() ? Resource.NONE : Resource.cpu(random.nextInt(4)), 0, null)), pair.now);
                case 3 -> any(host.endpoint.views()).ifPresent(sa -> host.on(
                        new Event.TerminateIke(next(side), sa.id(), random.nextBoolean()), pair.now));
                case 4 -> any(host.children()).ifPresent(child -> host.on(
                        new Event.TerminateChild(next(side), child.id(), random.nextBoolean()), pair.now));
                case 5, 6 -> any(host.children()).ifPresent(child -> host.on(
                        new Event.RekeyChild(next(side), child.id()), pair.now));
                case 7 -> pair.link.weather(List.of(Weather.FAIR, Weather.ROUGH, DEAD).get(random.nextInt(3)));
                case 8 -> {
                    boolean willing = random.nextInt(3) > 0;
                    host.kernelAccepts = _ -> willing;
                }
                case 9 -> pair.drive(Duration.ofSeconds(random.nextInt(200)));
                default -> pair.drive(Duration.ofMillis(random.nextInt(60)));
            }
        }

        private long next(int side) {
            asked.get(side).add(++lastRequest);
            return lastRequest;
        }

        private <T> Optional<T> any(List<T> list) {
            return list.isEmpty() ? Optional.empty()
                    : Optional.of(list.get(random.nextInt(list.size())));
        }

        void closeAll() {
            pair.link.weather(random.nextBoolean() ? Weather.FAIR : Weather.ROUGH);
            pair.drive(Duration.ofMinutes(1));
            for (int side = 0; side < 2; side++) {
                for (IkeSaView sa : hosts.get(side).endpoint.views()) {
                    hosts.get(side).on(new Event.TerminateIke(next(side), sa.id(), false), pair.now);
                }
            }
            pair.drive(Duration.ofMinutes(30));
            // What the peer made meanwhile.
            for (Host host : hosts) {
                host.endpoint.views().forEach(sa -> host.on(new Event.TerminateIke(0, sa.id(), true), pair.now));
            }
            pair.drive(Duration.ofMinutes(30));
        }

        void check() {
            for (int side = 0; side < 2; side++) {
                Host host = hosts.get(side);
                assertThat(host.seen(Effect.RequestDone.class)).as("requests").extracting(Effect.RequestDone::request)
                        .containsExactlyInAnyOrderElementsOf(asked.get(side));
                assertThat(ids(host.seen(Effect.ChildDown.class).stream().mapToLong(e -> e.child().sa().id())))
                        .as("children down").isEqualTo(
                                ids(host.seen(Effect.ChildUp.class).stream().mapToLong(e -> e.child().sa().id())));
                assertThat(host.seen(Effect.RemoveChild.class)).as("removed").extracting(e -> e.child().id())
                        .doesNotHaveDuplicates();
                assertThat(host.kernel).as("kernel").isEmpty();
                assertThat(host.offered).as("offered SPIs").isEmpty();
                assertThat(host.endpoint.nextTimeout()).as("timer").isEmpty();
                assertThat(host.endpoint.isEmpty()).as("endpoint is empty").isTrue();
                assertThat(keysLeft(host)).as("keys").isZero();
            }
        }

        /** Shared keys live on with their configuration, and so do two secrets for cookies. */
        private long keysLeft(Host host) {
            long left = ((ToyCrypto) host.crypto()).open(shared);
            return cookies ? Math.max(0, left - 2) : left;
        }

        private static List<Long> ids(LongStream ids) {
            return ids.sorted().boxed().toList();
        }
    }

    @Test
    void nothingIsLeftAndNobodyIsForgotten() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            walk(seed);
        }
    }

    private static void walk(long seed) {
        Walk walk = new Walk(seed);
        try {
            int steps = 5 + walk.random.nextInt(25);
            for (int i = 0; i < steps; i++) {
                walk.step();
            }
            walk.closeAll();
            walk.check();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }
}
