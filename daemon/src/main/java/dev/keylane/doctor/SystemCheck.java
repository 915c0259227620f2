package dev.keylane.doctor;

import java.util.List;

/** Looks at one aspect of the system. */
@FunctionalInterface
interface SystemCheck {
    List<Finding> of(Sight sight);
}
