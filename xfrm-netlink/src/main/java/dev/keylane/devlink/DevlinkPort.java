package dev.keylane.devlink;

import java.util.Optional;

/**
 * A port of a card's switch.
 *
 * @param index   its number on the card
 * @param flavour such as {@code physical} or {@code pcivf}; empty from kernels that do not say
 * @param ifindex the network device that stands for it here, 0 for none
 * @param ipsec   what the function behind it may offload; empty for ports without one, and from drivers that do not say
 */
public record DevlinkPort(DevlinkHandle card, int index, String flavour, int ifindex, Optional<FunctionIpsec> ipsec) {
    /** Whether the function may have its ESP done by the card: the mathematics alone, or all of it. */
    public record FunctionIpsec(boolean crypto, boolean packet) {
    }

    /** {@code pci/0000:03:00.0/2}, as the command {@code devlink port} wants it. */
    @Override
    public String toString() {
        return card + "/" + index;
    }
}
