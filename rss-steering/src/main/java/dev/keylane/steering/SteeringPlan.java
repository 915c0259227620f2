package dev.keylane.steering;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which strategy a device gets: the first that fits, and beside it those before it that fit in part.
 *
 * @param device   its name
 * @param findings one a strategy, in the order they were asked
 */
public record SteeringPlan(String device, List<Finding> findings) {
    public record Finding(Strategy strategy, SteeringStrategy.Fitness fitness) {
    }

    public SteeringPlan {
        findings = List.copyOf(findings);
    }

    /**
     * @param strategies the best first
     * @param allowed    those the operator lets us choose from
     */
    public static SteeringPlan of(String device, List<SteeringStrategy> strategies, Predicate<Strategy> allowed) {
        return new SteeringPlan(device, strategies.stream().filter(each -> allowed.test(each.kind()))
                .map(each -> new Finding(each.kind(), each.examine(device))).toList());
    }

    /** Empty when packets stay where they arrive, or all but those of ESP in UDP do. */
    public Optional<Strategy> chosen() {
        return findings.stream().filter(finding -> finding.fitness().fits() && !finding.fitness().inPart())
                .map(Finding::strategy).findFirst();
    }

    SteeringPlan only(Predicate<Strategy> allowed) {
        return new SteeringPlan(device, findings.stream().filter(each -> allowed.test(each.strategy())).toList());
    }

    boolean fitsInPart(Strategy strategy) {
        return findings.stream().anyMatch(finding -> finding.strategy() == strategy && finding.fitness().inPart());
    }

    boolean fits(Strategy strategy) {
        return findings.stream().anyMatch(finding -> finding.strategy() == strategy && finding.fitness().fits());
    }

    /** A line a strategy. */
    public String text() {
        StringBuilder lines = new StringBuilder();
        for (Finding finding : findings) {
            lines.append(device).append(": ").append(finding.strategy())
                    .append(chosen().filter(finding.strategy()::equals).isPresent() ? " (chosen): "
                            : finding.fitness().inPart() ? " (in part): " : finding.fitness().fits() ? " (would do): " : " (no): ")
                    .append(finding.fitness().reason()).append('\n');
        }
        return lines.toString();
    }
}
