package dev.keylane.bpf;

import dev.keylane.linux.BpfSyscall;
import dev.keylane.linux.Errno;
import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** One call: union bpf_attr and the memory it points to. Offsets are those of the command's own structure in it. */
final class BpfCall implements AutoCloseable {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment attributes = arena.allocate(ATTRIBUTES_SIZE, 8);
    private final BpfCommand command;

    BpfCall(BpfCommand command) {
        this.command = command;
    }

    BpfCall u32(long offset, int value) {
        attributes.set(ValueLayout.JAVA_INT, offset, value);
        return this;
    }

    BpfCall u64(long offset, long value) {
        attributes.set(ValueLayout.JAVA_LONG, offset, value);
        return this;
    }

    /** An object's name, in the 16 octets at {@code offset}. */
    BpfCall name(long offset, String name) {
        byte[] text = name.getBytes(StandardCharsets.US_ASCII);
        MemorySegment.copy(text, 0, attributes, ValueLayout.JAVA_BYTE, offset, text.length);
        return this;
    }

    /** A pointer to a copy of these octets. */
    BpfCall octets(long offset, byte[] octets) {
        MemorySegment.copy(octets, 0, memory(offset, octets.length), ValueLayout.JAVA_BYTE, 0, octets.length);
        return this;
    }

    /** A pointer to a path or another text. */
    BpfCall text(long offset, String text) {
        return u64(offset, arena.allocateFrom(text).address());
    }

    /** A pointer to zeroed memory for the kernel to fill. */
    MemorySegment memory(long offset, long size) {
        MemorySegment memory = arena.allocate(Math.max(size, 8), 8).asSlice(0, size);
        u64(offset, memory.address());
        return memory;
    }

    int u32(long offset) {
        return attributes.get(ValueLayout.JAVA_INT, offset);
    }

    /** The answer or a negated errno; a call that a signal interrupted is made again. */
    int run() {
        int answer;
        int tries = 0;
        do {
            answer = BpfSyscall.call(command.number, attributes);
        } while ((answer == -Errno.EINTR || answer == -Errno.EAGAIN) && ++tries < TRIES);
        return answer;
    }

    /** The answer, which must be one. */
    int check(String what) {
        return LinuxException.check(name() + " " + what, run());
    }

    /** The descriptor that is the answer. */
    Fd open(String what) {
        return BpfSyscall.adopt(check(what));
    }

    String name() {
        return "bpf " + command.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public void close() {
        arena.close();
    }

    /** Of Linux 7; an older kernel takes it as long as what it does not know is zero. */
    private static final long ATTRIBUTES_SIZE = 168;
    private static final int TRIES = 5;
}
