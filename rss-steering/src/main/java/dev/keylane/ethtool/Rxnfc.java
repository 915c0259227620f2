package dev.keylane.ethtool;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;

/**
 * struct ethtool_rxnfc, with the ethtool_rx_flow_spec of a rule within it:
 *
 * <pre>
 * 0 cmd  4 flow_type  8 data  16 rule: 16 flow_type  20 headers  92 their masks  168 ring_cookie  176 location  184 rule_cnt
 * headers of esp4: 0 source  4 destination  8 SPI  12 tos       of esp6: 0 source  16 destination  32 SPI  36 tclass
 * </pre>
 */
final class Rxnfc {
    static final int SIZE = 192;
    static final int FLOW_TYPE = 4;
    static final int DATA = 8;
    static final int RULE_FLOW_TYPE = 16;
    static final int RULE_HEADERS = 20;
    static final int RULE_MASKS = 92;
    static final int RULE_RING_COOKIE = 168;
    static final int RULE_LOCATION = 176;
    static final int RULE_CNT = 184;
    static final int RULE_LOCS = 188;

    /** The kernel adds these bits to a flow type for matches that ours do not have. */
    private static final int FLOW_TYPE_EXTRAS = 0xe0000000;

    private Rxnfc() {
    }

    static void write(ByteBuffer to, FlowRule rule) {
        boolean v4 = rule.destination().isV4();
        to.putInt(RULE_FLOW_TYPE, (v4 ? FlowType.ESP_V4 : FlowType.ESP_V6).number());
        byte[] mask = new byte[rule.destination().octets().length()];
        Arrays.fill(mask, (byte) 0xff);
        to.put(RULE_HEADERS + destinationAt(v4), rule.destination().octets().toByteArray());
        to.put(RULE_MASKS + destinationAt(v4), mask);
        putBig(to, RULE_HEADERS + spiAt(v4), rule.spi());
        putBig(to, RULE_MASKS + spiAt(v4), -1);
        to.putLong(RULE_RING_COOKIE, rule.queue()).putInt(RULE_LOCATION, rule.location());
    }

    /** Empty for rules that are not like ours: about something else, or about more or less of a packet. */
    static Optional<FlowRule> read(ByteBuffer from) {
        int type = from.getInt(RULE_FLOW_TYPE);
        boolean v4 = type == FlowType.ESP_V4.number();
        if ((type & FLOW_TYPE_EXTRAS) != 0 || !v4 && type != FlowType.ESP_V6.number()) {
            return Optional.empty();
        }
        byte[] destination = new byte[v4 ? 4 : 16];
        from.get(RULE_HEADERS + destinationAt(v4), destination);
        FlowRule rule = new FlowRule(new IpAddress(Octets.wrap(destination)), big(from, RULE_HEADERS + spiAt(v4)),
                from.getLong(RULE_RING_COOKIE), from.getInt(RULE_LOCATION));
        ByteBuffer ours = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
        write(ours, rule);
        return ours.slice(RULE_MASKS, MASKS_SIZE).equals(from.slice(RULE_MASKS, MASKS_SIZE))
                ? Optional.of(rule) : Optional.empty();
    }

    private static int destinationAt(boolean v4) {
        return v4 ? 4 : 16;
    }

    private static int spiAt(boolean v4) {
        return v4 ? 8 : 32;
    }

    private static void putBig(ByteBuffer to, int at, int value) {
        to.putInt(at, to.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value));
    }

    private static int big(ByteBuffer from, int at) {
        int value = from.getInt(at);
        return from.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    private static final int MASKS_SIZE = 52;
}
