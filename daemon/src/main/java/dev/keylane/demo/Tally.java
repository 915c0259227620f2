package dev.keylane.demo;

import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.software.PacketSink;
import dev.keylane.xfrm.software.packet.IpPacket;
import dev.keylane.xfrm.software.packet.UdpDatagram;
import java.nio.ByteBuffer;
import java.util.BitSet;

/** Which numbered packets have arrived. Called by the receiving thread, read by the one that watches. */
final class Tally implements PacketSink {
    private final BitSet[] arrived;
    private long received;
    private long repeated;
    private long foreign;

    Tally(int cpus) {
        arrived = new BitSet[cpus];
        for (int cpu = 0; cpu < cpus; cpu++) {
            arrived[cpu] = new BitSet();
        }
    }

    /** Payload of packet {@code number} of a CPU's sender. */
    static Octets payload(int cpu, int number) {
        return Octets.wrap(ByteBuffer.allocate(PAYLOAD).putInt(MAGIC).putInt(cpu).putInt(number).array());
    }

    @Override
    public synchronized void deliver(IpPacket packet) {
        UdpDatagram datagram = UdpDatagram.of(packet);
        if (datagram == null || datagram.payload().length() != PAYLOAD) {
            foreign++;
            return;
        }
        ByteBuffer payload = ByteBuffer.wrap(datagram.payload().borrow());
        int magic = payload.getInt();
        int cpu = payload.getInt();
        int number = payload.getInt();
        if (magic != MAGIC || cpu < 0 || cpu >= arrived.length || number < 0) {
            foreign++;
        } else if (arrived[cpu].get(number)) {
            repeated++;
        } else {
            arrived[cpu].set(number);
            received++;
        }
    }

    synchronized long received() {
        return received;
    }

    /** Packets that came twice, or that nobody sent. */
    synchronized long surplus() {
        return repeated + foreign;
    }

    private static final int MAGIC = 0x6b65796c;
    private static final int PAYLOAD = 12;
}
