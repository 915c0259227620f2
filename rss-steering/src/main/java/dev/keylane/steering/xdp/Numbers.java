package dev.keylane.steering.xdp;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Keys and values that are numbers in the machine's order. */
final class Numbers {
    private Numbers() {
    }

    static byte[] u32(int... values) {
        ByteBuffer octets = ByteBuffer.allocate(values.length * 4).order(ByteOrder.nativeOrder());
        for (int value : values) {
            octets.putInt(value);
        }
        return octets.array();
    }

    static int u32(byte[] octets) {
        return ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder()).getInt();
    }

    /** The sum of 64-bit values, one behind the other. */
    static long sum(byte[] octets) {
        long sum = 0;
        for (ByteBuffer left = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder()); left.hasRemaining();) {
            sum += left.getLong();
        }
        return sum;
    }
}
