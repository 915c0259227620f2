package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/** bpf(2), for which the C library has no function of its own. */
public final class BpfSyscall {
    private static final MethodHandle SYSCALL = Libc.variadic("syscall",
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT), 1);

    private BpfSyscall() {
    }

    /**
     * @param attributes union bpf_attr, native, zero where the command has no field
     * @return what the command answers, often a descriptor; or a negated errno
     */
    public static int call(int command, MemorySegment attributes) {
        MemorySegment state = Libc.state();
        try {
            long result = (long) SYSCALL.invokeExact(state, NUMBER, command, attributes, (int) attributes.byteSize());
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** The descriptor that a command answered, now ours to close. */
    public static Fd adopt(int descriptor) {
        return new Fd(descriptor);
    }

    private static final long NUMBER = System.getProperty("os.arch").equals("aarch64") ? 280 : 321;
}
