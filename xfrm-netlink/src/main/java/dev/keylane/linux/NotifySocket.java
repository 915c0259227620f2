package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** A datagram socket to the service manager, sd_notify(3). The JDK has no datagrams of the Unix family. */
public final class NotifySocket implements AutoCloseable {
    private final Fd socket;

    private NotifySocket(Fd socket) {
        this.socket = socket;
    }

    /**
     * @param name what {@code NOTIFY_SOCKET} says
     * @throws LinuxException when nobody listens there, or the name cannot be an address
     */
    public static NotifySocket connect(String name) {
        Fd socket = Sockets.socket(Sockets.AF_UNIX, Sockets.SOCK_DGRAM, 0);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = UnixAddress.of(name, arena)
                    .orElseThrow(() -> new LinuxException("connect " + name, Errno.EINVAL, ""));
            LinuxException.check("connect " + name, Sockets.connect(socket, address));
            return new NotifySocket(socket);
        } catch (LinuxException refused) {
            socket.close();
            throw refused;
        }
    }

    /** Whether it was taken; a manager whose queue is full or that is gone does not hold us up. */
    public boolean send(String state) {
        byte[] octets = state.getBytes(StandardCharsets.UTF_8);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment datagram = arena.allocateFrom(JAVA_BYTE, octets);
            return Sockets.send(socket, datagram, Sockets.MSG_DONTWAIT | Sockets.MSG_NOSIGNAL) == octets.length;
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
