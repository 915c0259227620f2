package dev.keylane.daemon.config;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import dev.keylane.ike.text.Parsed;
import java.util.Optional;

/**
 * {@code local_ts} and {@code remote_ts}: {@code addresses[protocol/port]}, where addresses are a prefix (its host bits
 * do not matter), a range {@code a-b}, one address, or {@code dynamic}; spaces around the bracket do not matter either.
 */
final class SelectorFormat {
    private SelectorFormat() {
    }

    static final ValueFormat<TsPattern> SELECTOR = new ValueFormat<>(
            "a selector such as 10.1.0.0/16, 10.1.0.1-10.1.0.9, dynamic or 10.1.0.0/16[udp/4789]",
            SelectorFormat::read);

    private static Parsed<TsPattern> read(String text) {
        int bracket = text.indexOf('[');
        if (bracket < 0) {
            return addresses(text, PortRange.ANY);
        }
        if (!text.endsWith("]")) {
            return Parsed.refused("the bracket in " + ValueFormat.quoted(text) + " is not closed");
        }
        return PortRange.read(text.substring(bracket + 1, text.length() - 1))
                .then(ports -> addresses(text.substring(0, bracket).strip(), ports));
    }

    private static Parsed<TsPattern> addresses(String text, PortRange ports) {
        if (text.equalsIgnoreCase("dynamic")) {
            return Parsed.of(new TsPattern(null, null, ports.protocol(), ports.start(), ports.end()));
        }
        return range(text).map(range -> Parsed.of(new TsPattern(range.start(), range.end(), ports.protocol(),
                ports.start(), ports.end()))).orElseGet(() -> ValueFormat.wrong(SELECTOR.expects(), text));
    }

    /** Addresses without names: a prefix, a range, one address, {@code %any} or {@code %any6}. */
    static Optional<TrafficSelector> range(String text) {
        int dash = text.indexOf('-');
        int slash = text.indexOf('/');
        if (text.startsWith("%any")) {
            return switch (text) {
                case "%any", "%any4" -> Optional.of(TrafficSelector.subnet(IpAddress.ANY_V4, 0));
                case "%any6" -> Optional.of(TrafficSelector.subnet(IpAddress.ANY_V6, 0));
                default -> Optional.empty();
            };
        }
        if (dash >= 0) {
            return fromTo(text.substring(0, dash).strip(), text.substring(dash + 1).strip());
        }
        if (slash >= 0) {
            return prefix(text.substring(0, slash).strip(), text.substring(slash + 1).strip());
        }
        return IpAddress.parse(text).map(address -> TrafficSelector.subnet(address, address.bits()));
    }

    private static Optional<TrafficSelector> fromTo(String from, String to) {
        return IpAddress.parse(from).flatMap(start -> IpAddress.parse(to)
                .filter(end -> start.sameFamily(end) && start.compareTo(end) <= 0)
                .map(end -> new TrafficSelector(0, 0, 0xffff, start, end)));
    }

    private static Optional<TrafficSelector> prefix(String address, String length) {
        return IpAddress.parse(address).flatMap(base -> ValueFormats.number(length)
                .filter(bits -> bits <= base.bits())
                .map(bits -> TrafficSelector.subnet(base, bits.intValue())));
    }
}
