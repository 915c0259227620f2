package dev.keylane.daemon.config;

import dev.keylane.ike.text.Parsed;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in the brackets of a selector: {@code udp}, {@code tcp/443}, {@code 17/1024-65535}, {@code icmp/8(0)},
 * {@code tcp/opaque}, {@code any}.
 *
 * @param protocol 0 for any
 * @param start    first port; for ICMP, RFC 7296 §3.13.1, the type in the high octet and the code in the low one
 * @param end      last port; 0 behind a start of 65535 for OPAQUE
 */
record PortRange(int protocol, int start, int end) {
    static final PortRange ANY = new PortRange(0, 0, 0xffff);

    static Parsed<PortRange> read(String text) {
        int slash = text.indexOf('/');
        String name = (slash < 0 ? text : text.substring(0, slash)).strip();
        String port = slash < 0 ? "" : text.substring(slash + 1).strip();
        Optional<Integer> protocol = protocol(name);
        if (protocol.isEmpty()) {
            return Parsed.refused("unknown protocol " + ValueFormat.quoted(name));
        }
        boolean anyPort = port.isEmpty() || port.equalsIgnoreCase("any") || port.equals("%any");
        if (anyPort) {
            return Parsed.of(new PortRange(protocol.get(), 0, 0xffff));
        }
        if (protocol.get() == 0) {
            return Parsed.refused("a port needs a protocol, as in udp/" + (port.length() > 20 ? "53" : port));
        }
        return ports(protocol.get(), port).map(Parsed::of).orElseGet(() ->
                Parsed.refused("not a port or a range of ports: " + ValueFormat.quoted(port)));
    }

    private static Optional<Integer> protocol(String name) {
        if (name.isEmpty() || name.equalsIgnoreCase("any") || name.equals("%any")) {
            return Optional.of(0);
        }
        return Optional.ofNullable(PROTOCOLS.get(name.toLowerCase(Locale.ROOT)))
                .or(() -> ValueFormats.number(name).filter(number -> number <= 0xff).map(Long::intValue));
    }

    private static Optional<PortRange> ports(int protocol, String text) {
        if (text.equalsIgnoreCase("opaque")) {
            return Optional.of(new PortRange(protocol, 0xffff, 0));
        }
        boolean icmp = protocol == ICMP || protocol == ICMPV6;
        String[] ends = text.split("-", 2);
        Optional<PortRange> first = icmp ? icmp(protocol, ends[0].strip()) : port(protocol, ends[0].strip());
        if (ends.length == 1) {
            return first;
        }
        Optional<PortRange> last = icmp ? icmp(protocol, ends[1].strip()) : port(protocol, ends[1].strip());
        return first.flatMap(from -> last.filter(to -> from.start <= to.end)
                .map(to -> new PortRange(protocol, from.start, to.end)));
    }

    private static Optional<PortRange> port(int protocol, String text) {
        return Optional.ofNullable(PORTS.get(text.toLowerCase(Locale.ROOT)))
                .or(() -> ValueFormats.number(text).filter(number -> number <= 0xffff).map(Long::intValue))
                .map(port -> new PortRange(protocol, port, port));
    }

    /** A type with all its codes, {@code type(code)}, or both in one number as in a port field. */
    private static Optional<PortRange> icmp(int protocol, String text) {
        Matcher matcher = TYPE_AND_CODE.matcher(text);
        if (!matcher.matches()) {
            return port(protocol, text).filter(range -> range.start > 0xff);
        }
        int type = Integer.parseInt(matcher.group(1));
        int code = matcher.group(2) == null ? -1 : Integer.parseInt(matcher.group(2));
        if (type > 0xff || code > 0xff) {
            return code < 0 ? port(protocol, text) : Optional.empty();
        }
        return Optional.of(code < 0 ? new PortRange(protocol, type << 8, type << 8 | 0xff)
                : new PortRange(protocol, type << 8 | code, type << 8 | code));
    }

    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final Pattern TYPE_AND_CODE = Pattern.compile("(\\d{1,5})(?:\\((\\d{1,3})\\))?");
    private static final Map<String, Integer> PROTOCOLS = Map.ofEntries(Map.entry("icmp", ICMP), Map.entry("igmp", 2),
            Map.entry("ipip", 4), Map.entry("ipencap", 4), Map.entry("tcp", 6), Map.entry("udp", 17),
            Map.entry("dccp", 33), Map.entry("ipv6", 41), Map.entry("gre", 47), Map.entry("esp", 50),
            Map.entry("ah", 51), Map.entry("ipv6-icmp", ICMPV6), Map.entry("icmpv6", ICMPV6), Map.entry("ospf", 89),
            Map.entry("vrrp", 112), Map.entry("l2tp", 115), Map.entry("sctp", 132), Map.entry("udplite", 136));
    private static final Map<String, Integer> PORTS = Map.ofEntries(Map.entry("ssh", 22), Map.entry("domain", 53),
            Map.entry("http", 80), Map.entry("ntp", 123), Map.entry("bgp", 179), Map.entry("https", 443),
            Map.entry("isakmp", 500), Map.entry("l2tp", 1701), Map.entry("radius", 1812),
            Map.entry("bfd-control", 3784), Map.entry("ipsec-nat-t", 4500), Map.entry("vxlan", 4789), Map.entry("geneve", 6081));
}
