package dev.keylane.ike.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.Path;
import dev.keylane.ike.child.Resource;
import dev.keylane.ike.crypto.Secret;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.policy.PolicyBook;
import dev.keylane.ike.sa.Effect;
import dev.keylane.ike.sa.Event;
import dev.keylane.ike.sa.IkeSaView;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.NatBox;
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

/**
 * One random walk by seed: a pair of hosts, what is asked of each, and in which weather. A calm one has no bad weather,
 * kernels that answer at once, and nobody who deletes, so that packets can be sent at any time and none may be lost.
 */
final class Walk {
    private static final Weather DEAD = new Weather(1, 0, Duration.ZERO, Duration.ZERO);
    private static final Duration DPD = Duration.ofSeconds(20);
    private static final String OUTSIDE = "203.0.113.1";
    /** What every IPv4 host takes. */
    private static final int MTU = 576;

    private final long seed;
    private final Random random;
    private final Pair pair;
    private final List<Host> hosts;
    private final List<List<Long>> asked = List.of(new ArrayList<>(), new ArrayList<>());
    private final Set<Secret> shared = Collections.newSetFromMap(new IdentityHashMap<>());
    private final boolean calm;
    private final boolean perCpu;
    private final boolean cookies;
    private final boolean compatible;
    private final WalkTrace trace;
    private long lastRequest;

    Walk(long seed, WalkTrace trace) {
        this.seed = seed;
        this.trace = trace;
        // Seeds that are neighbours would begin with the same decisions.
        random = new Random(seed * 0x9e3779b97f4a7c15L);
        calm = random.nextInt(4) == 0;
        cookies = random.nextInt(4) == 0;
        MessageOptions messages = new MessageOptions(random.nextBoolean() ? 1 : 1 + random.nextInt(64),
                random.nextBoolean() ? MTU : MessageOptions.LEAST_FRAGMENT + random.nextInt(200));
        pair = Pair.toy(seed, new EndpointSettings(500, 4500, EndpointSettings.Retransmission.DEFAULT,
                cookies ? 0 : 30, 100, Duration.ofSeconds(30)).withMessages(messages), Weather.FAIR);
        pair.link.mtu(MTU);
        hosts = List.of(pair.left, pair.right);
        hosts.forEach(host -> trace.follow(host, name(host)));
        perCpu = random.nextInt(4) > 0;
        String esp = random.nextBoolean() ? "aes128gcm16-esn" : "aes128gcm16-x25519-ecp256";
        String ike = random.nextBoolean() ? "aes128gcm16-prfsha256-x25519" : "aes128gcm16-prfsha256-x25519-ecp256";
        String otherEsp = random.nextInt(4) == 0 ? "aes128gcm16-ecp256" : esp;
        String otherIke = random.nextInt(4) == 0 ? "aes128gcm16-prfsha256-ecp256" : ike;
        boolean stranger = random.nextInt(16) == 0;
        compatible = !stranger && (otherEsp.equals(esp) || esp.endsWith("ecp256"))
                && (otherIke.equals(ike) || ike.endsWith("ecp256"));
        load(pair.left, Configs.LEFT.suites(ike, esp).tries(1 + random.nextInt(2), DPD));
        load(pair.right, (stranger ? Configs.RIGHT.psk("wrong") : Configs.RIGHT).suites(otherIke, otherEsp)
                .tries(1, DPD));
        hosts.forEach(host -> host.lag = calm || random.nextInt(3) == 0 ? null : random);
        if (!calm && random.nextInt(4) == 0) {
            pair.nat = new NatBox(OUTSIDE);
        }
        trace.say("calm %s, per CPU %s, cookies %s, NAT %s, %s, %s / %s, %s / %s", calm, perCpu, cookies,
                pair.nat != null, messages, ike, otherIke, esp, otherEsp);
    }

    private void load(Host host, Configs configs) {
        PolicyBook book = (perCpu ? configs.withPerCpuSas() : configs).book();
        book.sharedKeys().forEach(key -> shared.add(key.secret()));
        host.load(book, pair.now);
    }

    /** Answers how many events both cores have handled. */
    long run() {
        int steps = 5 + random.nextInt(25);
        for (int i = 0; i < steps; i++) {
            step();
        }
        settle();
        closeAll();
        check();
        return pair.left.events + pair.right.events;
    }

    private void step() {
        Host host = hosts.get(random.nextInt(2));
        if (calm) {
            stepInFairWeather(host);
        } else {
            stepInAnyWeather(host);
        }
    }

    private void stepInFairWeather(Host host) {
        switch (random.nextInt(7)) {
            case 0, 1 -> acquire(host, random.nextInt(Sads.CPUS));
            case 2 -> rekey(host);
            case 5 -> rekeyIke(host);
            case 3 -> pass(Duration.ofMillis(random.nextInt(12)));
            case 4 -> pass(Duration.ofSeconds(random.nextInt(200)));
            default -> {
            }
        }
        boolean covered = Sads.outbound(host, 0).isPresent();
        for (int packets = 1 + random.nextInt(8); packets > 0; packets--) {
            pass(Duration.ofMillis(random.nextInt(12)));
            new Probe(pair, covered ? List.of(host) : List.of()).fly();
        }
    }

    private void stepInAnyWeather(Host host) {
        switch (random.nextInt(17)) {
            case 0, 1, 2 -> acquire(host, random.nextInt(Sads.CPUS));
            case 3 -> initiate(host, random.nextBoolean() ? Resource.NONE : Resource.cpu(random.nextInt(Sads.CPUS)));
            case 4 -> any(host.endpoint.views()).ifPresent(sa -> {
                boolean force = random.nextBoolean();
                trace.say("%s closes IKE SA %d%s", name(host), sa.id(), force ? " by force" : "");
                host.on(new Event.TerminateIke(next(host), sa.id(), force), pair.now);
            });
            case 5 -> any(host.children()).ifPresent(child -> {
                boolean force = random.nextBoolean();
                trace.say("%s closes child %d%s", name(host), child.id(), force ? " by force" : "");
                host.on(new Event.TerminateChild(next(host), child.id(), force), pair.now);
            });
            case 6, 7 -> rekey(host);
            case 8 -> change(List.of(Weather.FAIR, Weather.ROUGH, DEAD).get(random.nextInt(3)));
            case 9 -> {
                boolean willing = random.nextInt(3) > 0;
                trace.say("the kernel of %s says %s", name(host), willing ? "yes" : "no");
                host.kernelAccepts = _ -> willing;
            }
            case 10 -> pass(Duration.ofSeconds(random.nextInt(200)));
            case 11 -> remap();
            case 12, 13 -> rekeyIke(host);
            case 14 -> any(host.children()).ifPresent(child -> {
                trace.say("the life of child %d of %s is over", child.id(), name(host));
                host.on(new Event.ChildExpired(child.id()), pair.now);
            });
            default -> pass(Duration.ofMillis(random.nextInt(60)));
        }
    }

    /** A packet of a CPU that has no SA of its own: the first one of all makes the one that all fall back on. */
    private void acquire(Host host, int cpu) {
        boolean none = host.kernel.values().stream().allMatch(sa -> sa.child().resource().isBound());
        boolean own = host.kernel.values().stream().anyMatch(sa -> sa.child().resource().cpu() == cpu);
        if (none) {
            initiate(host, Resource.NONE);
        } else if (perCpu && !own) {
            initiate(host, Resource.cpu(cpu));
        }
    }

    /** A host behind a NAT can only be reached where it was last heard. */
    private void initiate(Host host, Resource resource) {
        Path path = new Path(host.address, hosts.get(1 - hosts.indexOf(host)).address);
        if (pair.nat != null && host == pair.right) {
            Optional<IkeSaView> known = any(host.endpoint.views());
            if (known.isEmpty()) {
                return;
            }
            path = known.get().path();
        }
        trace.say("%s wants a child for %s", name(host), resource);
        host.on(new Event.Initiate(next(host), "BFL-BFR", "bf", path, new Event.Trigger(resource, 0, null)), pair.now);
    }

    private void rekey(Host host) {
        any(host.children()).ifPresent(child -> {
            trace.say("%s rekeys child %d", name(host), child.id());
            host.on(new Event.RekeyChild(next(host), child.id()), pair.now);
        });
    }

    private void rekeyIke(Host host) {
        any(host.endpoint.views()).ifPresent(sa -> {
            trace.say("%s rekeys IKE SA %d", name(host), sa.id());
            host.on(new Event.RekeyIke(next(host), sa.id()), pair.now);
        });
    }

    private void remap() {
        if (pair.nat != null) {
            boolean moved = random.nextInt(3) == 0;
            trace.say("the NAT forgets its mappings%s", moved ? " and has another address" : "");
            pair.nat.remap(moved ? "203.0.113." + (1 + random.nextInt(9)) : OUTSIDE);
        }
    }

    private void change(Weather weather) {
        trace.say("weather: %s", weather);
        pair.link.weather(weather);
    }

    private void pass(Duration time) {
        trace.say("%s pass", time);
        pair.drive(time);
    }

    private String name(Host host) {
        return host == pair.left ? "left" : "right";
    }

    private long next(Host host) {
        asked.get(hosts.indexOf(host)).add(++lastRequest);
        return lastRequest;
    }

    private <T> Optional<T> any(List<T> list) {
        return list.isEmpty() ? Optional.empty() : Optional.of(list.get(random.nextInt(list.size())));
    }

    /** After the storm: both kernels agree, and whoever has packets to send gets them through. */
    private void settle() {
        change(Weather.FAIR);
        hosts.forEach(host -> host.kernelAccepts = _ -> true);
        pass(Duration.ofMinutes(10));
        awaitAgreement();
        if (compatible && hosts.stream().anyMatch(host -> !host.kernel.isEmpty()) || random.nextBoolean()) {
            hosts.forEach(host -> acquire(host, 0));
            pass(Duration.ofMinutes(2));
            hosts.forEach(host -> acquire(host, 0));
            pass(Duration.ofMinutes(2));
            awaitAgreement();
            if (compatible) {
                assertThat(Sads.uncovered(pair.left, pair.right, "left")).as("CPUs without an SA").isEmpty();
                assertThat(Sads.uncovered(pair.right, pair.left, "right")).as("CPUs without an SA").isEmpty();
            }
        }
    }

    /** Something may be under way just when they are compared. */
    private void awaitAgreement() {
        for (int tries = 0; tries < 20 && !Sads.differences(pair).isEmpty(); tries++) {
            pair.drive(Duration.ofSeconds(1));
        }
        assertThat(Sads.differences(pair)).as("kernels after the storm").isEmpty();
    }

    private void closeAll() {
        change(random.nextBoolean() ? Weather.FAIR : Weather.ROUGH);
        for (Host host : hosts) {
            for (IkeSaView sa : host.endpoint.views()) {
                host.on(new Event.TerminateIke(next(host), sa.id(), false), pair.now);
            }
        }
        pass(Duration.ofMinutes(30));
        // What the peer made meanwhile.
        for (Host host : hosts) {
            host.endpoint.views().forEach(sa -> host.on(new Event.TerminateIke(0, sa.id(), true), pair.now));
        }
        pass(Duration.ofMinutes(30));
    }

    /** Every request is answered once, what came up has gone down, and nothing is left: no SA, SPI, timer or key. */
    private void check() {
        for (Host host : hosts) {
            assertThat(host.seen(Effect.RequestDone.class)).as("requests").extracting(Effect.RequestDone::request)
                    .containsExactlyInAnyOrderElementsOf(asked.get(hosts.indexOf(host)));
            assertThat(ids(host.seen(Effect.ChildDown.class).stream().mapToLong(e -> e.child().sa().id())))
                    .as("children down").isEqualTo(
                            ids(host.seen(Effect.ChildUp.class).stream().mapToLong(e -> e.child().sa().id())));
            assertThat(host.seen(Effect.RemoveChild.class)).as("removed").extracting(Effect.RemoveChild::child)
                    .extracting(ChildSa::id).doesNotHaveDuplicates();
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

    @Override
    public String toString() {
        return "walk " + seed;
    }
}
