package dev.keylane.daemon.vici.command;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import java.util.Optional;

/** An address, {@code ADDRESS/PREFIX} or {@code ADDRESS-ADDRESS}; never a name. */
final class AddressRange {
    private AddressRange() {
    }

    static Optional<AddressPattern> read(String text) {
        try {
            int slash = text.indexOf('/');
            int dash = text.indexOf('-');
            if (slash >= 0) {
                IpAddress address = IpAddress.of(text.substring(0, slash));
                int prefix = Integer.parseInt(text.substring(slash + 1));
                return prefix < 0 || prefix > address.bits() ? Optional.empty() : Optional.of(new AddressPattern(
                        address.withHostBits(prefix, false), address.withHostBits(prefix, true), text));
            }
            IpAddress from = IpAddress.of(dash < 0 ? text : text.substring(0, dash));
            IpAddress to = IpAddress.of(dash < 0 ? text : text.substring(dash + 1));
            return from.sameFamily(to) && from.compareTo(to) <= 0 ? Optional.of(new AddressPattern(from, to, text))
                    : Optional.empty();
        } catch (IllegalArgumentException noAddress) {
            return Optional.empty();
        }
    }
}
