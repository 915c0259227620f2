package dev.keylane.ethtool;

/**
 * What of a packet goes into the hash, by ETHTOOL_GRXFH.
 *
 * @param addresses source and destination
 * @param ports     all 4 octets behind the IP header, which are the ports of UDP and the SPI of ESP
 * @param others    anything else
 */
public record HashedFields(boolean addresses, boolean ports, boolean others) {
    public static Answer<HashedFields> read(Ethtool ethtool, String device, FlowType type) {
        Command command = new Command("ETHTOOL_GRXFH", Command.GRXFH, Rxnfc.SIZE);
        command.octets().putInt(Rxnfc.FLOW_TYPE, type.number());
        return command.to(ethtool, device).map(answer -> of(answer.getLong(Rxnfc.DATA)));
    }

    private static HashedFields of(long fields) {
        return new HashedFields((fields & ADDRESSES) == ADDRESSES, (fields & PORTS) == PORTS,
                (fields & ~(ADDRESSES | PORTS)) != 0);
    }

    /** RXH_IP_SRC, RXH_IP_DST. */
    private static final long ADDRESSES = 0x10 | 0x20;
    /** RXH_L4_B_0_1, RXH_L4_B_2_3. */
    private static final long PORTS = 0x40 | 0x80;
}
