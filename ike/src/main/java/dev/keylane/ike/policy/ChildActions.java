package dev.keylane.ike.policy;

/**
 * What to do with a Child SA on load, on dead-peer detection and when the peer closes it.
 *
 * @param startTrap  install trap policies on load
 * @param startNow   initiate on load; both together is {@code trap|start}
 * @param updown     a command to run, empty for none
 * @param hostAccess to be told to that command
 */
public record ChildActions(boolean startTrap, boolean startNow, OnLoss dpd, OnLoss close, String updown,
                           boolean hostAccess) {
    public static final ChildActions NONE = new ChildActions(false, false, OnLoss.CLEAR, OnLoss.CLEAR, "");

    public ChildActions(boolean startTrap, boolean startNow, OnLoss dpd, OnLoss close, String updown) {
        this(startTrap, startNow, dpd, close, updown, false);
    }

    public enum OnLoss { CLEAR, TRAP, START }
}
