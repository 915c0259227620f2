package dev.keylane.pcpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Resource;
import dev.keylane.ike.policy.PerCpuMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Random walks of a plan against a model of the kernel, which drops while an acquire is pending, and of a peer. */
class PerCpuPlanScenarioTest {
    private static final Duration LARVA = Duration.ofSeconds(30);
    private static final int CPUS = 6;

    @Test
    void everyCpuEndsCoveredWhenThePeerEventuallyAgrees() {
        for (int seed = 0; seed < 300; seed++) {
            Walk walk = new Walk(seed, Integer.MAX_VALUE);
            walk.run(400, 0.5);
            walk.run(4_000, 0);
            assertThat(walk.stale).as("connected sockets on the fallback, seed %d", seed).isFalse();
            assertThat(walk.bound.keySet()).as("seed %d", seed).hasSize(CPUS);
            assertThat(walk.flag).as("flag when all are covered, seed %d", seed).isFalse();
        }
    }

    @Test
    void aPeerThatIsFullIsLeftInPeace() {
        for (int seed = 0; seed < 300; seed++) {
            Walk walk = new Walk(seed, 3);
            walk.run(3_000, 0);
            boolean sideBySide = walk.mode != PerCpuMode.DEMAND || walk.observed;
            assertThat(walk.refusals).as("seed %d", seed).isBetween(1, sideBySide ? CPUS - 3 : 1);
            assertThat(walk.bound.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(3);
            assertThat(walk.flag).isFalse();
        }
    }

    private static final class Walk {
        final PerCpuPlan plan;
        final Random random;
        final PerCpuMode mode;
        final int capacity;
        final Map<Integer, Integer> bound = new HashMap<>();
        final Set<Integer> asked = new HashSet<>();
        final Map<Integer, Instant> larvae = new HashMap<>();
        Instant now = Instant.EPOCH;
        CpuSet watched = CpuSet.EMPTY;
        final Set<Integer> told = new HashSet<>();
        boolean observed;
        boolean stale;
        boolean flag;
        boolean fallback;
        int refusals;
        int seq;

        Walk(int seed, int capacity) {
            this.random = new Random(seed);
            this.capacity = capacity;
            this.mode = PerCpuMode.values()[seed % 3];
            this.observed = seed / 3 % 2 == 0;
            this.plan = new PerCpuPlan(PlanSettings.of(CpuSet.first(CPUS), CPUS, LARVA).with(mode).observed(observed));
        }

        void run(int steps, double failing) {
            for (int i = 0; i < steps; i++) {
                now = now.plusMillis(random.nextInt(2_000));
                expire();
                if (plan.nextTimeout().filter(due -> !due.isAfter(now)).isPresent()) {
                    tell(new PlanEvent.TimeReached());
                }
                switch (random.nextInt(4)) {
                    case 0, 1 -> send(random.nextInt(CPUS));
                    case 2 -> answer(failing);
                    default -> disturb(failing);
                }
            }
        }

        /** What Linux does with a packet of a CPU. */
        private void send(int cpu) {
            if (bound.containsKey(cpu) || !larvae.isEmpty() && flag) {
                return;
            }
            if (!fallback) {
                if (larvae.putIfAbsent(-1, now.plus(LARVA)) == null) {
                    tell(new PlanEvent.Acquire(-1, ++seq, null));
                }
            } else if (observed && watched.contains(cpu) && told.add(cpu)) {
                tell(new PlanEvent.CpuSends(cpu));
            } else if (flag) {
                larvae.put(cpu, now.plus(LARVA));
                tell(new PlanEvent.Acquire(cpu, ++seq, null));
            }
        }

        private void answer(double failing) {
            if (asked.isEmpty()) {
                return;
            }
            int cpu = asked.stream().skip(random.nextInt(asked.size())).findFirst().orElseThrow();
            asked.remove(cpu);
            boolean full = cpu >= 0 && bound.values().stream().mapToInt(Integer::intValue).sum() >= capacity;
            if (full) {
                refusals++;
                tell(new PlanEvent.QueueFull());
            } else if (random.nextDouble() >= failing) {
                install(cpu < 0 ? Resource.FALLBACK : Resource.cpu(cpu));
                tell(new PlanEvent.RequestEnded(cpu, true));
                return;
            }
            tell(new PlanEvent.RequestEnded(cpu, false));
        }

        private void disturb(double chance) {
            if (random.nextDouble() >= chance) {
                return;
            }
            switch (random.nextInt(5)) {
                case 4 -> {
                    observed = !observed;
                    tell(observed ? new PlanEvent.ObserverReady() : new PlanEvent.ObserverLost());
                }
                case 0 -> install(Resource.cpu(random.nextInt(CPUS)));
                case 1 -> bound.keySet().stream().findFirst().ifPresent(cpu -> {
                    bound.computeIfPresent(cpu, (_, n) -> n > 1 ? n - 1 : null);
                    tell(new PlanEvent.ChildDown(Resource.cpu(cpu)));
                });
                case 2 -> tell(new PlanEvent.EventsLost());
                default -> {
                    if (fallback) {
                        fallback = false;
                        tell(new PlanEvent.ChildDown(Resource.FALLBACK));
                    }
                }
            }
        }

        private void install(Resource resource) {
            larvae.remove(resource.cpu());
            if (resource.isBound()) {
                bound.merge(resource.cpu(), 1, Integer::sum);
                stale = true;
            } else if (!fallback) {
                fallback = true;
            } else {
                return;
            }
            tell(new PlanEvent.ChildUp(resource));
        }

        private void expire() {
            for (int cpu : Set.copyOf(larvae.keySet())) {
                if (!now.isBefore(larvae.get(cpu))) {
                    larvae.remove(cpu);
                    if (random.nextBoolean()) {
                        tell(new PlanEvent.LarvalExpired(cpu));
                    }
                }
            }
        }

        private void tell(PlanEvent first) {
            Deque<PlanEvent> inbox = new ArrayDeque<>(List.of(first));
            while (!inbox.isEmpty()) {
                carryOut(plan.on(inbox.remove(), now), inbox);
            }
        }

        private void carryOut(List<PlanAction> actions, Deque<PlanEvent> inbox) {
            for (PlanAction action : actions) {
                switch (action) {
                    case PlanAction.RequestFallback _ ->
                            assertThat(asked.add(-1)).as("fallback asked for once").isTrue();
                    case PlanAction.RequestCpu request -> {
                        assertThat(asked.add(request.cpu())).as("CPU %d asked for once", request.cpu()).isTrue();
                        assertThat(flag).as("flag cleared before the request").isFalse();
                    }
                    case PlanAction.Arm _ -> {
                        assertThat(fallback).as("armed with a fallback").isTrue();
                        assertThat(observed).as("armed though sends are observed").isFalse();
                        assertThat(larvae.keySet()).as("larval states when armed").noneMatch(cpu -> cpu >= 0);
                        assertThat(flag).isFalse();
                        stale = false;
                        flag = true;
                    }
                    case PlanAction.Disarm _ -> {
                        assertThat(flag).isTrue();
                        stale = false;
                        flag = false;
                    }
                    case PlanAction.RefreshSockets _ -> stale = false;
                    case PlanAction.GiveUp _ -> throw new AssertionError("no CPU went away");
                    case PlanAction.CountSenders _ -> inbox.add(new PlanEvent.Senders(CpuSet.of(random.nextInt(CPUS))));
                    case PlanAction.Observe(CpuSet cpus) -> {
                        assertThat(observed || cpus.isEmpty()).as("nobody observes").isTrue();
                        told.retainAll(watched.and(cpus).stream().boxed().toList());
                        watched = cpus;
                    }
                }
            }
        }
    }
}
