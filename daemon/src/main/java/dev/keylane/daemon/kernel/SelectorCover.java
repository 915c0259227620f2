package dev.keylane.daemon.kernel;

import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.xfrm.Selector;
import dev.keylane.xfrm.Selector.Port;
import java.util.ArrayList;
import java.util.List;

/**
 * Negotiated traffic selectors as kernel selectors. Ranges become several prefixes and port masks whose union is the
 * range; when that would take more than {@link #LIMIT} selectors, the largest dimension is widened to the one block
 * that covers it, as a policy for each of thousands of pieces would cost more than the few packets the peer refuses.
 */
final class SelectorCover {
    private List<Prefix> sources;
    private List<Prefix> destinations;
    private List<Ports> ports;

    private SelectorCover(TrafficSelector source, TrafficSelector destination) {
        this.sources = Prefix.exact(source.start(), source.end());
        this.destinations = Prefix.exact(destination.start(), destination.end());
        this.ports = isIcmp(protocol(source, destination))
                ? icmp(source, destination)
                : pairs(ports(source), ports(destination));
    }

    /** Every pair of a source and a destination selector; pairs of different families or protocols match nothing. */
    static List<Selector> of(List<TrafficSelector> sources, List<TrafficSelector> destinations, int ifindex) {
        List<Selector> selectors = new ArrayList<>();
        for (TrafficSelector source : sources) {
            for (TrafficSelector destination : destinations) {
                if (compatible(source, destination)) {
                    selectors.addAll(pair(source, destination, ifindex));
                }
            }
        }
        return selectors.stream().distinct().toList();
    }

    private static List<Selector> pair(TrafficSelector source, TrafficSelector destination, int ifindex) {
        SelectorCover cover = new SelectorCover(source, destination);
        while ((long) cover.sources.size() * cover.destinations.size() * cover.ports.size() > LIMIT) {
            cover.widen(source, destination);
        }
        int protocol = protocol(source, destination);
        List<Selector> selectors = new ArrayList<>();
        for (Prefix from : cover.sources) {
            for (Prefix to : cover.destinations) {
                for (Ports port : cover.ports) {
                    selectors.add(new Selector(from.address(), from.length(), to.address(), to.length(), protocol,
                            port.source(), port.destination(), ifindex));
                }
            }
        }
        return selectors;
    }

    private void widen(TrafficSelector source, TrafficSelector destination) {
        if (ports.size() >= sources.size() && ports.size() >= destinations.size()) {
            ports = isIcmp(protocol(source, destination))
                    ? List.of(Ports.ANY)
                    : pairs(List.of(covering(source)), List.of(covering(destination)));
        } else if (sources.size() >= destinations.size()) {
            sources = List.of(Prefix.covering(source.start(), source.end()));
        } else {
            destinations = List.of(Prefix.covering(destination.start(), destination.end()));
        }
    }

    private static boolean compatible(TrafficSelector source, TrafficSelector destination) {
        return source.start().sameFamily(destination.start())
                && (source.protocol() == 0 || destination.protocol() == 0
                        || source.protocol() == destination.protocol());
    }

    private static int protocol(TrafficSelector source, TrafficSelector destination) {
        return source.protocol() == 0 ? destination.protocol() : source.protocol();
    }

    /** OPAQUE ports (RFC 7296 §3.13.1) cannot be told from others by the kernel, so they match all. */
    private static boolean anyPort(TrafficSelector ts) {
        return ts.anyPort() || ts.isOpaque();
    }

    private static List<Port> ports(TrafficSelector ts) {
        return anyPort(ts) ? List.of(Port.ANY) : PortMasks.exact(ts.startPort(), ts.endPort());
    }

    private static Port covering(TrafficSelector ts) {
        return anyPort(ts) ? Port.ANY : PortMasks.covering(ts.startPort(), ts.endPort());
    }

    private static List<Ports> pairs(List<Port> from, List<Port> to) {
        return from.stream().flatMap(source -> to.stream().map(target -> new Ports(source, target))).toList();
    }

    /** The kernel looks for an ICMP type in the source port and for the code in the destination port, either way. */
    private static List<Ports> icmp(TrafficSelector source, TrafficSelector destination) {
        TrafficSelector ts = anyPort(source) ? destination : source;
        return ports(ts).stream()
                .map(block -> new Ports(octet(block.value() >> 8, block.mask() >> 8),
                        octet(block.value() & 0xff, block.mask() & 0xff)))
                .toList();
    }

    private static Port octet(int value, int mask) {
        return mask == 0 ? Port.ANY : new Port(value, 0xff00 | mask);
    }

    private static boolean isIcmp(int protocol) {
        return protocol == ICMP || protocol == ICMPV6;
    }

    private record Ports(Port source, Port destination) {
        static final Ports ANY = new Ports(Port.ANY, Port.ANY);
    }

    /** Kernel selectors for one pair of traffic selectors, at most. */
    static final int LIMIT = 128;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
}
