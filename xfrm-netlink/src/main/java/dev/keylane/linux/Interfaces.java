package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;
import java.util.OptionalInt;

/** Names and numbers of network interfaces in this thread's network namespace. */
public final class Interfaces {
    private static final MethodHandle NAME_TO_INDEX =
            Libc.function("if_nametoindex", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle INDEX_TO_NAME =
            Libc.function("if_indextoname", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));

    private Interfaces() {
    }

    public static OptionalInt index(String name) {
        try (Arena arena = Arena.ofConfined()) {
            int index = (int) NAME_TO_INDEX.invokeExact(Libc.state(), arena.allocateFrom(name));
            return index == 0 ? OptionalInt.empty() : OptionalInt.of(index);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    public static Optional<String> name(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(IF_NAMESIZE);
            MemorySegment found = (MemorySegment) INDEX_TO_NAME.invokeExact(Libc.state(), index, name);
            return found.address() == 0 ? Optional.empty() : Optional.of(name.getString(0));
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    private static final long IF_NAMESIZE = 16;
}
