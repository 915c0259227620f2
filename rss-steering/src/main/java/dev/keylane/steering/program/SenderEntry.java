package dev.keylane.steering.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A value of {@link ProgramMaps#SENDERS}, for each possible CPU: u64 packets, u64 whether its first was reported. */
public final class SenderEntry {
    static final int PACKETS = 0;
    static final int REPORTED = 8;
    static final int SIZE = 16;

    private SenderEntry() {
    }

    /**
     * Nothing sent, nothing reported.
     *
     * @param possible how many CPUs there may ever be
     */
    public static byte[] fresh(int possible) {
        return new byte[SIZE * possible];
    }

    /** The same packets, nothing reported. */
    public static byte[] again(byte[] values) {
        byte[] again = values.clone();
        ByteBuffer to = ByteBuffer.wrap(again);
        for (int at = 0; at < again.length; at += SIZE) {
            to.putLong(at + REPORTED, 0);
        }
        return again;
    }

    /**
     * Packets of the CPUs that sent any.
     *
     * @param possible the CPUs there may ever be
     */
    public static Map<Integer, Long> packets(byte[] values, List<Integer> possible) {
        ByteBuffer from = ByteBuffer.wrap(values).order(ByteOrder.nativeOrder());
        Map<Integer, Long> packets = new TreeMap<>();
        for (int i = 0; i < possible.size(); i++) {
            long count = from.getLong(i * SIZE + PACKETS);
            if (count != 0) {
                packets.put(possible.get(i), count);
            }
        }
        return packets;
    }
}
