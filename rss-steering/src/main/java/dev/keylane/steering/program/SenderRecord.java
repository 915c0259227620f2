package dev.keylane.steering.program;

import dev.keylane.ike.net.IpAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What {@link ProgramMaps#REPORTS} carries: the {@link SaKey}, u64 CPU. It tells of the first packet of a CPU over an SA
 * since the entry was made or asked again.
 */
public record SenderRecord(IpAddress destination, int spi, int cpu) {
    static final int CPU = SaKey.SIZE;
    static final int SIZE = 32;

    public static SenderRecord read(byte[] octets) {
        return new SenderRecord(SaKey.address(octets), SaKey.spi(octets),
                (int) ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder()).getLong(CPU));
    }
}
