package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** The socket calls. Results are the kernel's: at least 0, or a negated errno. */
public final class Sockets {
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int AF_NETLINK = 16;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int SOL_SOCKET = 1;
    public static final int SO_RCVBUF = 8;
    public static final int SO_RCVBUFFORCE = 33;
    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_DONTWAIT = 0x40;
    public static final int MSG_NOSIGNAL = 0x4000;

    private static final MethodHandle SOCKET =
            Libc.function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle BIND =
            Libc.function("bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle CONNECT =
            Libc.function("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETSOCKOPT = Libc.function("setsockopt",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SEND =
            Libc.function("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle RECV =
            Libc.function("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private Sockets() {
    }

    /** A new socket, closed on exec. */
    public static Fd socket(int family, int type, int protocol) {
        MemorySegment state = Libc.state();
        try {
            long fd = (int) SOCKET.invokeExact(state, family, type | SOCK_CLOEXEC, protocol);
            return new Fd(LinuxException.check("socket", Libc.result(fd, state)));
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /**
     * @param address struct sockaddr of the socket's family, native
     */
    public static int bind(Fd socket, MemorySegment address) {
        MemorySegment state = Libc.state();
        try {
            long result = (int) BIND.invokeExact(state, socket.number(), address, (int) address.byteSize());
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /**
     * @param address struct sockaddr of the socket's family, native
     */
    public static int connect(Fd socket, MemorySegment address) {
        MemorySegment state = Libc.state();
        try {
            long result = (int) CONNECT.invokeExact(state, socket.number(), address, (int) address.byteSize());
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** Sets an option whose value is an int. */
    public static int setOption(Fd socket, int level, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            return setOption(socket, level, option, arena.allocateFrom(JAVA_INT, value));
        }
    }

    /** Sets an option to any value, native. */
    public static int setOption(Fd socket, int level, int option, MemorySegment value) {
        MemorySegment state = Libc.state();
        try {
            long result = (int) SETSOCKOPT.invokeExact(state, socket.number(), level, option, value,
                    (int) value.byteSize());
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** Octets taken of {@code data}, a native segment. */
    public static int send(Fd socket, MemorySegment data, int flags) {
        MemorySegment state = Libc.state();
        try {
            long sent = (long) SEND.invokeExact(state, socket.number(), data, data.byteSize(), flags);
            return Libc.result(sent, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** Octets received into {@code buffer}, a native segment; with {@link #MSG_TRUNC} what the datagram really had. */
    public static int receive(Fd socket, MemorySegment buffer, int flags) {
        MemorySegment state = Libc.state();
        try {
            long received = (long) RECV.invokeExact(state, socket.number(), buffer, buffer.byteSize(), flags);
            return Libc.result(received, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }
}
