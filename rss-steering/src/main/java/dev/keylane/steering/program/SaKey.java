package dev.keylane.steering.program;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import dev.keylane.steering.SteeredSa;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A key of {@link ProgramMaps#SAS}: the destination address (IPv4 in the first 4 octets, zeros behind it), the SPI as on
 * the wire, u32 IP version in the machine's order.
 */
public final class SaKey {
    static final int ADDRESS = 0;
    static final int SPI = 16;
    static final int VERSION = 20;
    static final int SIZE = 24;

    private SaKey() {
    }

    public static byte[] of(IpAddress destination, int spi) {
        byte[] key = new byte[SIZE];
        destination.octets().copyTo(key, ADDRESS);
        ByteBuffer.wrap(key).putInt(SPI, spi).order(ByteOrder.nativeOrder()).putInt(VERSION, destination.isV4() ? 4 : 6);
        return key;
    }

    public static byte[] of(SteeredSa sa) {
        return of(sa.localAddress(), sa.spi());
    }

    public static IpAddress address(byte[] key) {
        int version = ByteBuffer.wrap(key).order(ByteOrder.nativeOrder()).getInt(VERSION);
        return new IpAddress(Octets.wrap(Arrays.copyOf(key, version == 4 ? 4 : 16)));
    }

    public static int spi(byte[] key) {
        return ByteBuffer.wrap(key).getInt(SPI);
    }
}
