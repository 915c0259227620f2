package dev.keylane.steering;

import dev.keylane.ike.net.IpAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A device with all strategies that would do for it, the best first. Each SA goes to the first that takes it, so a table
 * that is full, or an SPI that was not chosen for its CPU, costs that SA a better place and nothing more. A strategy is
 * attached when it is first needed, or at once when something that it left still steers. Not for use by several threads at
 * once.
 */
public final class DeviceSteering implements AutoCloseable {
    private final SteeringPlan plan;
    private final List<Way> ways;
    private final Map<SaName, Way> owners = new HashMap<>();

    private DeviceSteering(SteeringPlan plan, List<Way> ways) {
        this.plan = plan;
        this.ways = ways;
    }

    /** What a device needs to know an SA by. */
    private record SaName(IpAddress localAddress, int spi) {
        static SaName of(SteeredSa sa) {
            return new SaName(sa.localAddress(), sa.spi());
        }
    }

    /** A strategy, attached or not yet; one that has failed to attach is not tried again. */
    private static final class Way {
        private final SteeringStrategy strategy;
        private final String device;
        private Optional<Outcome<Steering>> attached = Optional.empty();

        Way(SteeringStrategy strategy, String device) {
            this.strategy = strategy;
            this.device = device;
        }

        Outcome<Steering> attached() {
            if (attached.isEmpty()) {
                attached = Optional.of(strategy.attach(device));
            }
            return attached.get();
        }

        /** Without attaching it. */
        Optional<Steering> steering() {
            return attached.flatMap(outcome -> switch (outcome) {
                case Outcome.Done<Steering>(Steering on) -> Optional.of(on);
                case Outcome.Rejected<Steering> _ -> Optional.empty();
            });
        }

        Optional<Rejection> steer(SteeredSa sa, int cpu) {
            return switch (attached()) {
                case Outcome.Done<Steering>(Steering on) -> on.steer(sa, cpu);
                case Outcome.Rejected<Steering>(Rejection reason) -> Optional.of(reason);
            };
        }
    }

    /**
     * @param strategies in the order in which they are to be asked
     * @param allowed    those the operator lets us choose from
     */
    public static Outcome<DeviceSteering> attach(String device, List<SteeringStrategy> strategies,
                                                 Predicate<Strategy> allowed) {
        DeviceSteering on = open(device, strategies.stream().filter(each -> allowed.test(each.kind())).toList());
        return switch (on.prepare(_ -> true)) {
            case Outcome.Done<Strategy> _ -> new Outcome.Done<>(on);
            case Outcome.Rejected<Strategy>(Rejection reason) -> new Outcome.Rejected<>(reason);
        };
    }

    /**
     * Only what was left there is attached.
     *
     * @param strategies in the order in which they are to be asked
     */
    public static DeviceSteering open(String device, List<SteeringStrategy> strategies) {
        SteeringPlan plan = SteeringPlan.of(device, strategies, _ -> true);
        List<Way> ways = strategies.stream().filter(each -> plan.fits(each.kind()))
                .map(each -> new Way(each, device)).toList();
        ways.stream().filter(way -> way.strategy.left().contains(device)).forEach(Way::attached);
        return new DeviceSteering(plan, ways);
    }

    /**
     * Attaches the first of the allowed ones that can be, and those before it that fit in part: what such SAs are offered
     * first.
     */
    public Outcome<Strategy> prepare(Predicate<Strategy> allowed) {
        Outcome<Strategy> best = new Outcome.Rejected<>(new Rejection.NoStrategy(plan.only(allowed)));
        for (Way way : ways) {
            if (allowed.test(way.strategy.kind())) {
                switch (way.attached()) {
                    case Outcome.Done<Steering> _ -> {
                        best = new Outcome.Done<>(way.strategy.kind());
                        if (!plan.fitsInPart(way.strategy.kind())) {
                            return best;
                        }
                    }
                    case Outcome.Rejected<Steering>(Rejection reason) -> best = best instanceof Outcome.Done<Strategy>
                            ? best : new Outcome.Rejected<>(reason);
                }
            }
        }
        return best;
    }

    /** What was found when the device was attached. */
    public SteeringPlan plan() {
        return plan;
    }

    /** From now on packets of this SA are to be decrypted on {@code cpu}; one that is steered already may change its CPU. */
    public Placement steer(SteeredSa sa, int cpu) {
        return steer(sa, cpu, _ -> true);
    }

    /** The same by those that are allowed for this SA. */
    public Placement steer(SteeredSa sa, int cpu, Predicate<Strategy> allowed) {
        List<Placement.Pass> passed = new ArrayList<>();
        for (Way way : ways) {
            if (!allowed.test(way.strategy.kind())) {
                continue;
            }
            Optional<Rejection> rejection = way.steer(sa, cpu);
            if (rejection.isEmpty()) {
                Way before = owners.put(SaName.of(sa), way);
                if (before != null && before != way) {
                    before.steering().ifPresent(on -> on.unsteer(sa));
                }
                passed.removeIf(this::isNoWonder);
                return new Placement(Optional.of(way.strategy.kind()), passed);
            }
            passed.add(new Placement.Pass(way.strategy.kind(), rejection.get()));
        }
        return new Placement(Optional.empty(), passed);
    }

    private boolean isNoWonder(Placement.Pass pass) {
        return pass.reason() instanceof Rejection.NotHashed && plan.fitsInPart(pass.strategy());
    }

    /** Its packets stay where they arrive from now on. An entry that an earlier daemon made goes too. */
    public Optional<Rejection> unsteer(SteeredSa sa) {
        Way owner = owners.remove(SaName.of(sa));
        if (owner != null) {
            return owner.steering().flatMap(on -> on.unsteer(sa));
        }
        // Each is asked, whoever of them refuses.
        List<Rejection> refusals = attached().stream().flatMap(on -> on.unsteer(sa).stream()).toList();
        return refusals.stream().findFirst();
    }

    /** Removes the entries of SAs that are no more, which an earlier daemon left; how many. */
    public int keepOnly(Predicate<SteeringStatus.Entry> alive) {
        int removed = 0;
        for (Steering on : attached()) {
            for (SteeringStatus.Entry entry : on.status().entries()) {
                if (!alive.test(entry) && on.unsteer(SteeredSa.plain(entry.localAddress(), entry.spi())).isEmpty()) {
                    removed++;
                }
            }
        }
        return removed;
    }

    /**
     * Gives up strategies that nobody wants any more and that steer nothing.
     *
     * @return those
     */
    public List<Strategy> keepOnlyWanted(Predicate<Strategy> wanted) {
        List<Strategy> unwanted = new ArrayList<>();
        for (Way way : ways) {
            boolean idle = !wanted.test(way.strategy.kind()) && !owners.containsValue(way);
            way.steering().filter(on -> idle && on.status().entries().isEmpty()).ifPresent(on -> {
                on.detach();
                way.attached = Optional.empty();
                unwanted.add(way.strategy.kind());
            });
        }
        return unwanted;
    }

    /** Whether any strategy is in use. */
    public boolean isInUse() {
        return !attached().isEmpty();
    }

    /** How to choose the numbers of SAs that are yet to be made; empty when any will do. */
    public Optional<NumberChoice> numbers() {
        return attached().stream().flatMap(on -> on.numbers().stream()).findFirst();
    }

    /** One for each strategy that is in use, the best first. */
    public List<SteeringStatus> status() {
        return attached().stream().map(Steering::status).toList();
    }

    /** Packets by what became of them, of each strategy that is in use. */
    public Map<Strategy, Map<Verdict, Long>> verdicts() {
        Map<Strategy, Map<Verdict, Long>> verdicts = new EnumMap<>(Strategy.class);
        ways.forEach(way -> way.steering().ifPresent(on -> verdicts.put(way.strategy.kind(), on.verdicts())));
        return verdicts;
    }

    /** How many entries each strategy that is in use can have, where there is a limit. */
    public Map<Strategy, Integer> capacities() {
        Map<Strategy, Integer> capacities = new EnumMap<>(Strategy.class);
        ways.forEach(way -> way.steering().map(Steering::capacity).filter(most -> most != SteeringStatus.NO_LIMIT)
                .ifPresent(most -> capacities.put(way.strategy.kind(), most)));
        return capacities;
    }

    private List<Steering> attached() {
        return ways.stream().flatMap(way -> way.steering().stream()).toList();
    }

    /** Gives the device up: nothing that was made for it remains. */
    public void detach() {
        attached().forEach(Steering::detach);
    }

    /** Lets go without a change, for a later attachment to take over. */
    @Override
    public void close() {
        attached().forEach(Steering::close);
    }
}
