package dev.keylane.daemon.config;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.text.Parsed;
import java.util.List;
import java.util.Optional;

/**
 * {@code local_addrs} and {@code remote_addrs}: addresses, prefixes, ranges, {@code %any}, and host names, each of
 * whose addresses is a pattern of its own. A name without an address is no mistake: it may have one later.
 */
final class AddressPatternReader {
    private final AddressResolver resolver;

    AddressPatternReader(AddressResolver resolver) {
        this.resolver = resolver;
    }

    Parsed<List<AddressPattern>> read(String text) {
        if (ANY.contains(text)) {
            return Parsed.of(List.of(AddressPattern.ANY));
        }
        Optional<TrafficSelector> range = SelectorFormat.range(text);
        if (range.isPresent()) {
            return Parsed.of(List.of(new AddressPattern(range.get().start(), range.get().end(), text)));
        }
        boolean name = text.length() <= 253 && text.matches("[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?")
                && !text.matches("[0-9.-]*");
        return name ? resolved(text) : ValueFormat.wrong("an address, prefix, range, host name or %any", text);
    }

    private Parsed<List<AddressPattern>> resolved(String name) {
        List<IpAddress> addresses = resolver.resolve(name);
        return addresses.isEmpty() ? Parsed.of(List.of(AddressPattern.unresolved(name)))
                : Parsed.of(addresses.stream().map(address -> new AddressPattern(address, address, name)).toList());
    }

    private static final List<String> ANY = List.of("%any", "0.0.0.0", "::");
}
