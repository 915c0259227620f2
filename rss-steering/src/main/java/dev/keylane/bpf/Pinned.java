package dev.keylane.bpf;

import dev.keylane.linux.BpfSyscall;
import dev.keylane.linux.Errno;
import dev.keylane.linux.Fd;
import dev.keylane.linux.LinuxException;
import java.nio.file.Path;
import java.util.Optional;

/** Names for objects in a BPF file system. */
final class Pinned {
    private Pinned() {
    }

    static void pin(Fd object, Path path) {
        try (BpfCall call = new BpfCall(BpfCommand.OBJ_PIN)) {
            call.text(PATHNAME, path.toString()).u32(FD, object.number()).check(path.toString());
        }
    }

    /** What is pinned there; empty when nothing is. */
    static Optional<Fd> open(Path path) {
        try (BpfCall call = new BpfCall(BpfCommand.OBJ_GET)) {
            int answer = call.text(PATHNAME, path.toString()).run();
            return answer == -Errno.ENOENT ? Optional.empty() : Optional.of(BpfSyscall.adopt(
                    LinuxException.check(call.name() + " " + path, answer)));
        }
    }

    private static final long PATHNAME = 0;
    private static final long FD = 8;
}
