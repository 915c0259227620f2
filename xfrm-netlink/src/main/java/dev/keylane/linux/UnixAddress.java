package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** struct sockaddr_un, unix(7). */
public final class UnixAddress {
    private static final int PATH = 2;
    private static final int PATH_OCTETS = 108;

    private UnixAddress() {
    }

    /**
     * @param name an absolute path, or {@code @} and a name of the abstract name space
     * @return the address in memory of {@code arena}; empty when {@code name} is neither or too long
     */
    public static Optional<MemorySegment> of(String name, Arena arena) {
        byte[] octets = name.getBytes(StandardCharsets.UTF_8);
        boolean path = name.startsWith("/");
        if (!path && !name.startsWith("@") || octets.length >= PATH_OCTETS || octets.length < 2) {
            return Optional.empty();
        }
        // A path ends with a zero; an abstract name begins with one and ends where the address does.
        MemorySegment address = arena.allocate(PATH + octets.length + (path ? 1 : 0));
        address.set(JAVA_SHORT, 0, (short) Sockets.AF_UNIX);
        MemorySegment.copy(octets, 0, address, JAVA_BYTE, PATH, octets.length);
        if (!path) {
            address.set(JAVA_BYTE, PATH, (byte) 0);
        }
        return Optional.of(address);
    }
}
