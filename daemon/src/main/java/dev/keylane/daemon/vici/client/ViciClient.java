package dev.keylane.daemon.vici.client;

import dev.keylane.daemon.vici.ViciMessage;
import dev.keylane.daemon.vici.ViciPacket;
import dev.keylane.daemon.vici.ViciReader;
import dev.keylane.daemon.vici.ViciWriter;
import dev.keylane.ike.wire.Octets;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.function.Consumer;

/** One connection to a control socket, for one thread. */
public final class ViciClient implements AutoCloseable {
    private final SocketChannel channel;

    private ViciClient(SocketChannel channel) {
        this.channel = channel;
    }

    public static ViciClient connect(Path socket) throws IOException {
        try {
            return new ViciClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
        } catch (IOException refused) {
            throw new IOException("cannot reach the daemon at " + socket + ": " + refused.getMessage(), refused);
        }
    }

    /** The response to a command. */
    public ViciMessage request(String command, ViciMessage message) throws IOException {
        send(ViciPacket.request(command, message));
        return response(command, ignored -> { });
    }

    /** The same, with the events of one name that come on the way. */
    public ViciMessage request(String command, ViciMessage message, String event, Consumer<ViciMessage> listener)
            throws IOException {
        register(event);
        send(ViciPacket.request(command, message));
        ViciMessage response = response(command, listener);
        send(ViciPacket.bare(ViciPacket.Kind.EVENT_UNREGISTER, event));
        confirmed(event);
        return response;
    }

    /** Hands over every event of this name until the connection ends, which is an exception. */
    public void listen(String event, Consumer<ViciMessage> listener) throws IOException {
        register(event);
        while (true) {
            ViciPacket packet = receive();
            if (packet.kind() == ViciPacket.Kind.EVENT) {
                listener.accept(packet.message());
            }
        }
    }

    private void register(String event) throws IOException {
        send(ViciPacket.bare(ViciPacket.Kind.EVENT_REGISTER, event));
        confirmed(event);
    }

    private ViciMessage response(String command, Consumer<ViciMessage> listener) throws IOException {
        while (true) {
            ViciPacket packet = receive();
            switch (packet.kind()) {
                case CMD_RESPONSE -> {
                    return packet.message();
                }
                case EVENT -> listener.accept(packet.message());
                case CMD_UNKNOWN -> throw new IOException("the daemon does not know the command " + command);
                case CMD_REQUEST, EVENT_REGISTER, EVENT_UNREGISTER, EVENT_CONFIRM, EVENT_UNKNOWN ->
                        throw unexpected(packet);
            }
        }
    }

    private void confirmed(String event) throws IOException {
        ViciPacket packet = receive();
        while (packet.kind() == ViciPacket.Kind.EVENT) {
            packet = receive();
        }
        if (packet.kind() == ViciPacket.Kind.EVENT_UNKNOWN) {
            throw new IOException("the daemon does not know the event " + event);
        }
        if (packet.kind() != ViciPacket.Kind.EVENT_CONFIRM) {
            throw unexpected(packet);
        }
    }

    private static IOException unexpected(ViciPacket packet) {
        return new IOException("the daemon sent an unexpected " + packet.kind());
    }

    private void send(ViciPacket packet) throws IOException {
        Octets segment = ViciWriter.segment(packet)
                .orElseThrow(() -> new IOException("the request " + packet.name() + " is too large"));
        ByteBuffer buffer = ByteBuffer.wrap(segment.borrow());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private ViciPacket receive() throws IOException {
        int length = ByteBuffer.wrap(read(4)).getInt();
        if (length < 0 || length > ViciPacket.MAX_SIZE) {
            throw new IOException("the daemon announced a message of " + Integer.toUnsignedString(length) + " octets");
        }
        return switch (ViciReader.read(Octets.wrap(read(length)))) {
            case ViciReader.Packet(ViciPacket packet) -> packet;
            case ViciReader.Malformed(String reason) ->
                    throw new IOException("the daemon sent a malformed message: " + reason);
        };
    }

    private byte[] read(int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("the daemon closed the connection");
            }
        }
        return buffer.array();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
