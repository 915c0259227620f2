package dev.keylane.ike.wire;

/**
 * The IKE header, RFC 7296 §3.1, without what follows from the message around it (first payload, length) or never
 * changes (version 2.0).
 *
 * @param spiResponder 0 in the first request of an IKE_SA_INIT
 * @param exchange     one of {@link ExchangeType}, or any other octet a peer may send
 * @param initiator    the I flag: sent by the original initiator of the IKE SA
 * @param response     the R flag
 * @param messageId    32 bits, to be compared unsigned
 */
public record IkeHeader(long spiInitiator, long spiResponder, int exchange, boolean initiator, boolean response,
                        int messageId) {
    /** Octets on the wire. */
    public static final int SIZE = 28;

    /** Without octets of the peer's choosing other than numbers. */
    @Override
    public String toString() {
        return ExchangeType.name(exchange) + (response ? " response " : " request ")
                + Integer.toUnsignedString(messageId)
                + " [" + Long.toHexString(spiInitiator) + "_i" + (initiator ? "*" : "") + " "
                + Long.toHexString(spiResponder) + "_r" + (initiator ? "" : "*") + "]";
    }

    void emit(int firstPayload, OctetWriter out) {
        out.u64(spiInitiator).u64(spiResponder).u8(firstPayload).u8(VERSION).u8(exchange)
                .u8((initiator ? FLAG_INITIATOR : 0) | (response ? FLAG_RESPONSE : 0)).u32(messageId).u32(0);
    }

    static final int LENGTH_OFFSET = 24;
    static final int FLAG_INITIATOR = 0x08;
    static final int FLAG_RESPONSE = 0x20;
    private static final int VERSION = 0x20;
}
