package dev.keylane.steering.program;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A value of {@link ProgramMaps#SAS}: u32 CPU, 4 octets unused, u64 packets found by it.
 */
public record SaEntry(int cpu, long packets) {
    static final int CPU = 0;
    static final int PACKETS = 8;
    static final int SIZE = 16;

    public byte[] octets() {
        byte[] value = new byte[SIZE];
        ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).putInt(CPU, cpu).putLong(PACKETS, packets);
        return value;
    }

    public static SaEntry read(byte[] value) {
        ByteBuffer from = ByteBuffer.wrap(value).order(ByteOrder.nativeOrder());
        return new SaEntry(from.getInt(CPU), from.getLong(PACKETS));
    }
}
