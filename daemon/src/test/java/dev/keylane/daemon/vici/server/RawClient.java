package dev.keylane.daemon.vici.server;

import dev.keylane.ike.wire.Octets;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Sends and receives octets as they stand, with no regard to the protocol. */
final class RawClient implements AutoCloseable {
    private final SocketChannel channel;

    RawClient(Path path) throws IOException {
        channel = SocketChannel.open(UnixDomainSocketAddress.of(path));
    }

    void send(Octets octets) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(octets.toByteArray());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    void send(String hex) throws IOException {
        send(Octets.ofHex(hex));
    }

    /** The payload of the next segment as hexadecimal digits; "closed" at the end. */
    String receive() throws IOException {
        byte[] length = read(4);
        return length.length < 4 ? "closed" : Octets.wrap(read(ByteBuffer.wrap(length).getInt())).toHex();
    }

    /** Fewer octets than wanted at the end of the stream. */
    private byte[] read(int wanted) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(wanted);
        try {
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                continue;
            }
        } catch (IOException reset) {
            return new byte[0];
        }
        return buffer.hasRemaining() ? new byte[0] : buffer.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
