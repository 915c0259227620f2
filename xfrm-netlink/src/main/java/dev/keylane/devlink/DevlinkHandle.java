package dev.keylane.devlink;

/**
 * What devlink calls a card.
 *
 * @param bus  such as {@code pci}
 * @param name such as {@code 0000:03:00.0}
 */
public record DevlinkHandle(String bus, String name) {
    /** {@code pci/0000:03:00.0}, as the command {@code devlink} wants it. */
    @Override
    public String toString() {
        return bus + "/" + name;
    }
}
