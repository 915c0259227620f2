package dev.keylane.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** File systems of this thread's mount namespace. */
public final class Mounts {
    private static final MethodHandle MOUNT = Libc.function("mount",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UMOUNT =
            Libc.function("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    private Mounts() {
    }

    /** The type of the file system that holds {@code path}, or would hold it: {@code ext4}, {@code bpf}. */
    public static String typeAt(Path path) {
        Path there = path.toAbsolutePath().normalize();
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        try {
            return Files.getFileStore(there).type();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Mounts a file system without a device; answers 0 or a negated errno. */
    public static int mount(String type, Path directory) {
        MemorySegment state = Libc.state();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom(type);
            long result = (int) MOUNT.invokeExact(state, name, arena.allocateFrom(directory.toString()), name, 0L,
                    MemorySegment.NULL);
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    /** Takes a file system away, at once from the tree and wholly when nobody uses it; 0 or a negated errno. */
    public static int unmount(Path directory) {
        MemorySegment state = Libc.state();
        try (Arena arena = Arena.ofConfined()) {
            long result = (int) UMOUNT.invokeExact(state, arena.allocateFrom(directory.toString()), MNT_DETACH);
            return Libc.result(result, state);
        } catch (Throwable thrown) {
            throw Libc.impossible(thrown);
        }
    }

    private static final int MNT_DETACH = 2;
}
