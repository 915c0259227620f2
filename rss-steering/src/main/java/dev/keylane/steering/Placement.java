package dev.keylane.steering;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who steers an SA.
 *
 * @param by     empty when it stays where it arrives
 * @param passed those asked before, and why they do not
 */
public record Placement(Optional<Strategy> by, List<Pass> passed) {
    public record Pass(Strategy strategy, Rejection reason) {
    }

    public Placement {
        passed = List.copyOf(passed);
    }

    /** Whether the device is not the one any more that was attached. */
    public boolean deviceGone() {
        return passed.stream().anyMatch(pass -> pass.reason() instanceof Rejection.DeviceGone);
    }

    /** Why those asked before do not steer it, such as {@code ntuple: the table of eth0 is full with 512 SAs}. */
    public String reasons() {
        return passed.stream().map(pass -> pass.strategy() + ": " + pass.reason().text())
                .collect(Collectors.joining("; "));
    }
}
