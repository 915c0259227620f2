package dev.keylane.daemon.kernel;

import dev.keylane.xfrm.Selector.Port;
import java.util.ArrayList;
import java.util.List;

/** A range of 16-bit numbers as values under masks, which is all a kernel selector can say. */
final class PortMasks {
    private PortMasks() {
    }

    /** The fewest aligned blocks whose union is the range; at most 30. */
    static List<Port> exact(int from, int to) {
        List<Port> masks = new ArrayList<>();
        int start = from;
        while (start <= to) {
            int size = start == 0 ? ALL : Integer.lowestOneBit(start);
            while (start + size - 1 > to) {
                size >>= 1;
            }
            masks.add(new Port(start, -size & 0xffff));
            start += size;
        }
        return masks;
    }

    /** The smallest single block that contains the range. */
    static Port covering(int from, int to) {
        int size = from == to ? 1 : Integer.highestOneBit(from ^ to) << 1;
        int mask = -size & 0xffff;
        return new Port(from & mask, mask);
    }

    private static final int ALL = 0x10000;
}
