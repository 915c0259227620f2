package dev.keylane.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** Finds functions of the C library and keeps their errno before the JVM can overwrite it. */
final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final ThreadLocal<MemorySegment> STATE =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(CAPTURED));

    private Libc() {
    }

    /** A handle that takes {@link #state} before the function's own arguments. */
    static MethodHandle function(String name, FunctionDescriptor type) {
        return link(name, type, Linker.Option.captureCallState("errno"));
    }

    /** The same for a function with varying arguments from index {@code firstVariadic}. */
    static MethodHandle variadic(String name, FunctionDescriptor type, int firstVariadic) {
        return link(name, type, Linker.Option.captureCallState("errno"),
                Linker.Option.firstVariadicArg(firstVariadic));
    }

    private static MethodHandle link(String name, FunctionDescriptor type, Linker.Option... options) {
        MemorySegment address = LINKER.defaultLookup().find(name)
                .orElseThrow(() -> new IllegalStateException("no " + name + " in the C library"));
        return LINKER.downcallHandle(address, type, options);
    }

    /** Where this thread's errno is kept. */
    static MemorySegment state() {
        return STATE.get();
    }

    /** The result, or the negated errno. */
    static int result(long returned, MemorySegment state) {
        return returned >= 0 ? (int) returned : -(int) ERRNO.get(state, 0L);
    }

    /** What a method handle throws that its function cannot. */
    static AssertionError impossible(Throwable thrown) {
        if (thrown instanceof RuntimeException ours) {
            throw ours;
        }
        return new AssertionError(thrown);
    }
}
