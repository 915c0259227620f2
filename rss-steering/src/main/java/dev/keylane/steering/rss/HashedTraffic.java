package dev.keylane.steering.rss;

import dev.keylane.ethtool.Ethtool;
import dev.keylane.ethtool.FlowType;
import dev.keylane.ethtool.HashedFields;

/**
 * For which packets exactly the addresses and the 4 octets behind the IP header are hashed: the SPI of ESP, the ports of
 * UDP.
 */
record HashedTraffic(boolean espV4, boolean espV6, boolean udpV4, boolean udpV6) {
    /**
     * @param espAlways the driver hashes SPIs without telling
     */
    static HashedTraffic read(Ethtool ethtool, String device, boolean espAlways) {
        return new HashedTraffic(
                espAlways || any(ethtool, device, FlowType.ESP_V4, FlowType.AH_ESP_V4),
                espAlways || any(ethtool, device, FlowType.ESP_V6, FlowType.AH_ESP_V6),
                any(ethtool, device, FlowType.UDP_V4), any(ethtool, device, FlowType.UDP_V6));
    }

    private static boolean any(Ethtool ethtool, String device, FlowType... types) {
        for (FlowType type : types) {
            HashedFields none = new HashedFields(false, false, false);
            HashedFields fields = HashedFields.read(ethtool, device, type).or(_ -> none);
            if (fields.addresses() && fields.ports() && !fields.others()) {
                return true;
            }
        }
        return false;
    }

    boolean nothing() {
        return !espV4 && !espV6 && !udpV4 && !udpV6;
    }

    boolean onlyUdp() {
        return !espV4 && !espV6 && !nothing();
    }

    boolean esp(boolean v4) {
        return v4 ? espV4 : espV6;
    }

    boolean udp(boolean v4) {
        return v4 ? udpV4 : udpV6;
    }
}
