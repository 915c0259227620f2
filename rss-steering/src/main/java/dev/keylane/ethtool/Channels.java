package dev.keylane.ethtool;

import java.nio.ByteBuffer;

/**
 * How many queues a device has and could have, by ETHTOOL_GCHANNELS.
 *
 * @param combined for both directions; with drivers that keep them apart 0, as {@code mostCombined} is
 * @param receive  for receiving alone
 */
public record Channels(int combined, int mostCombined, int receive, int mostReceive) {
    public static Answer<Channels> read(Ethtool ethtool, String device) {
        return new Command("ETHTOOL_GCHANNELS", Command.GCHANNELS, SIZE).to(ethtool, device).map(Channels::of);
    }

    private static Channels of(ByteBuffer answer) {
        return new Channels(answer.getInt(COMBINED), answer.getInt(MAX_COMBINED), answer.getInt(RX), answer.getInt(MAX_RX));
    }

    /** Into how many queues it receives. */
    public int receiving() {
        return combined + receive;
    }

    /** Into how many it could. */
    public int mostReceiving() {
        return mostCombined + mostReceive;
    }

    private static final int MAX_RX = 4;
    private static final int MAX_COMBINED = 16;
    private static final int RX = 20;
    private static final int COMBINED = 32;
    private static final int SIZE = 36;
}
