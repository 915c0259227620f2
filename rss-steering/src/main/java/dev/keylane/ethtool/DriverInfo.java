package dev.keylane.ethtool;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Who drives a device.
 *
 * @param driver   such as {@code mlx5_core}
 * @param firmware its version, such as {@code 22.41.1000 (MT_0000000359)}; empty when the device has none
 * @param bus      where it is, such as {@code 0000:01:00.0}; empty for devices that are nowhere
 */
public record DriverInfo(String driver, String firmware, String bus) {
    public static Answer<DriverInfo> read(Ethtool ethtool, String device) {
        return new Command("ETHTOOL_GDRVINFO", Command.GDRVINFO, SIZE).to(ethtool, device)
                .map(info -> new DriverInfo(text(info, DRIVER), text(info, FIRMWARE), text(info, BUS_INFO)));
    }

    private static String text(ByteBuffer from, int at) {
        byte[] octets = new byte[TEXT_SIZE];
        from.get(at, octets);
        String padded = new String(octets, StandardCharsets.UTF_8);
        int end = padded.indexOf('\0');
        return end < 0 ? padded : padded.substring(0, end);
    }

    /** ETHTOOL_GFLAGS: whether the operator lets the device take rules ({@code ethtool -K DEV ntuple on}). */
    public static Answer<Boolean> takesRules(Ethtool ethtool, String device) {
        return new Command("ETHTOOL_GFLAGS", Command.GFLAGS, 8).to(ethtool, device)
                .map(flags -> (flags.getInt(4) & ETH_FLAG_NTUPLE) != 0);
    }

    /** ETHTOOL_GRXRINGS: how many queues it receives into. */
    public static Answer<Integer> queues(Ethtool ethtool, String device) {
        return new Command("ETHTOOL_GRXRINGS", Command.GRXRINGS, Rxnfc.SIZE).to(ethtool, device)
                .map(rings -> (int) Math.min(rings.getLong(Rxnfc.DATA), Integer.MAX_VALUE));
    }

    private static final int DRIVER = 4;
    private static final int FIRMWARE = 68;
    private static final int BUS_INFO = 100;
    private static final int TEXT_SIZE = 32;
    private static final int SIZE = 196;
    private static final int ETH_FLAG_NTUPLE = 1 << 27;
}
