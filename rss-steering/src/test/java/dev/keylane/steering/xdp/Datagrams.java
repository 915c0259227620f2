package dev.keylane.steering.xdp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/** UDP from the calling thread's network namespace. */
final class Datagrams {
    private Datagrams() {
    }

    /** Packets of many flows to port 9, each from a source port of its own. */
    static void send(String to, int flows, int packets) {
        for (int flow = 0; flow < flows; flow++) {
            sendFlow(to, 9, ByteBuffer.allocate(32), packets);
        }
    }

    static void sendFlow(String to, int port, ByteBuffer payload, int packets) {
        try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            InetSocketAddress target = new InetSocketAddress(InetAddress.ofLiteral(to), port);
            for (int packet = 0; packet < packets; packet++) {
                channel.send(payload.duplicate(), target);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
