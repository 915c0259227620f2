package dev.keylane.daemon.offload;

import java.util.Locale;

/**
 * Child SAs whose keys were lost.
 *
 * @param device that had them, empty for the kernel's own
 */
public record KeyLoss(String device, Reason reason) {
    public enum Reason {
        /** The device was switched off. */
        LINK_DOWN,
        /** The device was removed, unbound or moved to another network namespace. */
        UNREGISTERED,
        /** The kernel does not have them any more, and did not say why. */
        MISSING,
        /** The device sends nothing by them, though the kernel says that it has them. */
        FORGOTTEN
    }

    /** As in labels: {@code link-down}. */
    public String label() {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
