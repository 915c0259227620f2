package dev.keylane.doctor;

import java.util.List;

/** Whether somebody moves interrupts from one CPU to another. */
final class IrqbalanceCheck implements SystemCheck {
    @Override
    public List<Finding> of(Sight sight) {
        return List.of(new Processes(sight.system()).named("irqbalance")
                .<Finding>map(running -> new Finding.Warn("irqbalance", running + " moves queues to other CPUs than those of"
                        + " their SAs", "systemctl disable --now irqbalance"))
                .orElse(new Finding.Ok("irqbalance", "does not run")));
    }
}
