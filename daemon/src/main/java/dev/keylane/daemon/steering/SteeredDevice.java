package dev.keylane.daemon.steering;

import dev.keylane.ike.policy.KernelOptions.Steering;
import dev.keylane.linux.LinuxException;
import dev.keylane.steering.DeviceSteering;
import dev.keylane.steering.NumberChoice;
import dev.keylane.steering.Outcome;
import dev.keylane.steering.Placement;
import dev.keylane.steering.Rejection;
import dev.keylane.steering.SteeringPlan;
import dev.keylane.steering.SteeringStatus;
import dev.keylane.steering.Strategy;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that SAs arrive at.
 *
 * @param index  its number when it was opened
 * @param spread whether its plaintext is spread, so that there is no room for another program
 */
record SteeredDevice(String name, OptionalInt index, DeviceSteering on, boolean spread,
                     Map<Steering, Outcome<Strategy>> prepared) {
    private static final Logger LOG = LoggerFactory.getLogger("KNL");

    SteeredDevice(String name, OptionalInt index, DeviceSteering on, boolean spread) {
        this(name, index, on, spread, new EnumMap<>(Steering.class));
    }

    /**
     * Gets ready for SAs that are to be steered in this way, so that none has to wait for a program that is loaded. What is
     * chosen and why is said the first time.
     */
    void prepare(Steering word) {
        if (!prepared.containsKey(word)) {
            Outcome<Strategy> outcome = attempt(word);
            prepared.put(word, outcome);
            switch (outcome) {
                case Outcome.Done<Strategy>(Strategy chosen) -> LOG.info("steering {} by {} ({}), as steering = {}: {}",
                        name, chosen, mode(chosen), text(word), reasons(on.plan(), allowed(word)));
                case Outcome.Rejected<Strategy>(Rejection reason) ->
                        LOG.warn("{} is not steered (steering = {}): {}", name, text(word), reason.text());
            }
        }
    }

    /** What is refused here is remembered, unlike with an SA: it is not to be tried for each. */
    private Outcome<Strategy> attempt(Steering word) {
        try {
            return on.prepare(allowed(word));
        } catch (LinuxException refused) {
            return new Outcome.Rejected<>(new Rejection.Refused(refused.getMessage()));
        }
    }

    private String mode(Strategy strategy) {
        return on.status().stream().filter(status -> status.strategy() == strategy).map(SteeringStatus::mode)
                .findFirst().orElse("");
    }

    /** What Linux refuses is an answer here, so that the others of the device get their places. */
    Placement steer(Arrival arrival, Steering word) {
        prepare(word);
        try {
            return on.steer(arrival.sa(), arrival.cpu(), allowed(word));
        } catch (LinuxException refused) {
            LOG.warn("SA {} is not steered: {}", arrival.sa(), refused.getMessage());
            return Arrival.NOBODY;
        }
    }

    void unsteer(Arrival arrival) {
        on.unsteer(arrival.sa()).ifPresent(why -> LOG.warn("SA {} is still steered: {}", arrival.sa(), why.text()));
    }

    /** Gives up what none of these words allows, unless it steers still. */
    void keepOnly(Set<Steering> words) {
        prepared.keySet().retainAll(words);
        on.keepOnlyWanted(strategy -> words.stream().anyMatch(word -> allowed(word).test(strategy)))
                .forEach(strategy -> LOG.info("{} is not steered by {} any more: nobody wants it", name, strategy));
    }

    /** How an SPI is chosen for SAs that are to be steered in this way; empty when any will do. */
    Optional<NumberChoice> numbers(Steering word) {
        prepare(word);
        return allowed(word).test(Strategy.SPI) ? on.numbers() : Optional.empty();
    }

    /** Whether nothing could be attached for some word. */
    boolean hasFailed() {
        return prepared.values().stream().anyMatch(outcome -> outcome instanceof Outcome.Rejected<Strategy>);
    }

    Predicate<Strategy> allowed(Steering word) {
        return strategy -> switch (word) {
            case NONE, UNSAID -> false;
            case AUTO -> strategy != Strategy.XDP || !spread;
            case XDP -> strategy == Strategy.XDP;
            case NTUPLE -> strategy == Strategy.NTUPLE;
            case SPI -> strategy == Strategy.SPI;
        };
    }

    private static String reasons(SteeringPlan plan, Predicate<Strategy> allowed) {
        return new SteeringPlan(plan.device(), plan.findings().stream()
                .filter(finding -> allowed.test(finding.strategy())).toList()).text().strip().replace("\n", "; ");
    }

    static String text(Steering word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
