package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;

/** The CPUs the calling (platform) thread may run on. */
public final class CpuAffinity {
    private static final MethodHandle SET = Libc.function("sched_setaffinity",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle GET = Libc.function("sched_getaffinity",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
    private static final MethodHandle CURRENT = Libc.function("sched_getcpu", FunctionDescriptor.of(JAVA_INT));

    private CpuAffinity() {
    }

    /** Moves the thread to one CPU; answers 0 or a negated errno, EINVAL when there is no such CPU. */
    public static int bindTo(int cpu) {
        byte[] mask = new byte[CPU_SET_SIZE];
        mask[cpu >> 3] = (byte) (1 << (cpu & 7));
        return set(mask);
    }

    /** Runs {@code work} on one CPU, then lets the thread run where it could before. */
    public static void on(int cpu, Runnable work) {
        byte[] before = get();
        LinuxException.check("sched_setaffinity to CPU " + cpu, bindTo(cpu));
        try {
            work.run();
        } finally {
            set(before);
        }
    }

    /** The CPU this thread runs on just now. */
    public static int current() {
        MemorySegment state = Libc.state();
        try {
            long cpu = (int) CURRENT.invokeExact(state);
            return LinuxException.check("sched_getcpu", Libc.result(cpu, state));
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    private static int set(byte[] mask) {
        MemorySegment state = Libc.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cpus = arena.allocateFrom(JAVA_BYTE, mask);
            long result = (int) SET.invokeExact(state, 0, (long) mask.length, cpus);
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    private static byte[] get() {
        MemorySegment state = Libc.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment cpus = arena.allocate(CPU_SET_SIZE);
            long result = (int) GET.invokeExact(state, 0, (long) CPU_SET_SIZE, cpus);
            LinuxException.check("sched_getaffinity", Libc.result(result, state));
            return Arrays.copyOf(cpus.toArray(JAVA_BYTE), CPU_SET_SIZE);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    private static final int CPU_SET_SIZE = 1024;
}
