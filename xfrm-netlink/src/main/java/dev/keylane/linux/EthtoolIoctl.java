package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/** The ioctl SIOCETHTOOL, by which a device's driver is asked and told. */
public final class EthtoolIoctl {
    private static final MethodHandle IOCTL =
            Libc.variadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);

    private EthtoolIoctl() {
    }

    /**
     * To a device of this thread's network namespace.
     *
     * @param command a structure of linux/ethtool.h, beginning with its u32 command; the kernel writes its answer into it
     * @return 0 or more, or a negated errno, ENODEV when there is no such device
     */
    public static int call(String device, byte[] command) {
        byte[] name = device.getBytes(StandardCharsets.UTF_8);
        if (name.length == 0 || name.length >= IFNAMSIZ) {
            return -Errno.ENODEV;
        }
        try (Fd socket = Sockets.socket(Sockets.AF_INET, Sockets.SOCK_DGRAM, 0); Arena arena = Arena.ofConfined()) {
            MemorySegment data = arena.allocate(command.length, Long.BYTES);
            MemorySegment.copy(command, 0, data, JAVA_BYTE, 0, command.length);
            MemorySegment ifreq = arena.allocate(IFREQ_SIZE, Long.BYTES);
            MemorySegment.copy(name, 0, ifreq, JAVA_BYTE, 0, name.length);
            ifreq.set(ADDRESS, IFR_DATA, data);
            int result = call(socket, ifreq);
            MemorySegment.copy(data, JAVA_BYTE, 0, command, 0, command.length);
            return result;
        }
    }

    private static int call(Fd socket, MemorySegment ifreq) {
        MemorySegment state = Libc.state();
        try {
            long result = (int) IOCTL.invokeExact(state, socket.number(), SIOCETHTOOL, ifreq);
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    private static final long SIOCETHTOOL = 0x8946;
    private static final int IFNAMSIZ = 16;
    private static final long IFREQ_SIZE = 40;
    private static final long IFR_DATA = 16;
}
