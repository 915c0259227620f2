package dev.keylane.ike.wire.payload;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.wire.OctetReader;
import dev.keylane.ike.wire.OctetWriter;
import java.util.ArrayList;
import java.util.List;

/** Traffic selector substructures, RFC 7296 §3.13.1. */
final class TsCodec {
    private TsCodec() {
    }

    static TsPayload parse(boolean initiator, OctetReader in) {
        int count = in.u8();
        in.skip(3);
        // RFC 7296 §3.13: "Traffic Selectors (variable length) - One or more individual Traffic Selectors."
        in.require(count > 0, "no traffic selector");
        List<TrafficSelector> selectors = new ArrayList<>(Math.min(count, in.remaining() / IPV4_SIZE));
        for (int i = 0; i < count; i++) {
            parseSelector(in, selectors);
        }
        return new TsPayload(initiator, selectors);
    }

    static void emit(TsPayload ts, OctetWriter out) {
        if (ts.selectors().isEmpty()) {
            throw new IllegalArgumentException("a TS payload without selectors");
        }
        out.u8(ts.selectors().size()).zeros(3);
        for (TrafficSelector selector : ts.selectors()) {
            boolean v4 = selector.start().isV4();
            out.u8(v4 ? IPV4_ADDR_RANGE : IPV6_ADDR_RANGE).u8(selector.protocol()).u16(v4 ? IPV4_SIZE : IPV6_SIZE)
                    .u16(selector.startPort()).u16(selector.endPort())
                    .octets(selector.start().octets()).octets(selector.end().octets());
        }
    }

    private static void parseSelector(OctetReader in, List<TrafficSelector> selectors) {
        int type = in.u8();
        int protocol = in.u8();
        OctetReader range = in.sub(in.u16() - HEADER_SIZE);
        int size = type == IPV4_ADDR_RANGE ? 4 : 16;
        // RFC 4595's and RFC 9478's types, and any other, are passed over: the rest can be narrowed to.
        if (type != IPV4_ADDR_RANGE && type != IPV6_ADDR_RANGE) {
            return;
        }
        TrafficSelector selector = new TrafficSelector(protocol, range.u16(), range.u16(),
                new IpAddress(range.octets(size)), new IpAddress(range.octets(size)));
        range.end();
        if (isUsable(selector)) {
            selectors.add(selector);
        }
    }

    /** Whether any packet can match: ends not before starts, or the OPAQUE pair 65535 and 0. */
    private static boolean isUsable(TrafficSelector selector) {
        return selector.start().compareTo(selector.end()) <= 0
                && (selector.startPort() <= selector.endPort() || selector.isOpaque());
    }

    private static final int IPV4_ADDR_RANGE = 7;
    private static final int IPV6_ADDR_RANGE = 8;
    private static final int HEADER_SIZE = 4;
    private static final int IPV4_SIZE = 16;
    private static final int IPV6_SIZE = 40;
}
