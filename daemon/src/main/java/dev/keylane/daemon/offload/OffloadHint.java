package dev.keylane.daemon.offload;

/**
 * What a refusal comes from, and what takes it away.
 *
 * @param reason  such as {@code the device's switch encapsulates packets}
 * @param command to run, or a setting to change; {@code pci/ADDRESS} stands for the card
 */
public record OffloadHint(String reason, String command) {
    /** {@code the device's switch encapsulates packets: devlink dev eswitch set pci/ADDRESS encap-mode none}. */
    @Override
    public String toString() {
        return reason + ": " + command;
    }
}
