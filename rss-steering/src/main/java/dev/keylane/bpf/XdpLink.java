package dev.keylane.bpf;

import dev.keylane.linux.BpfSyscall;
import dev.keylane.linux.Errno;
import dev.keylane.linux.Fd;
import java.nio.file.Path;
import java.util.Optional;

/** What holds a program on a device's hook: as long as it is open or pinned, nobody else can replace the program. */
public final class XdpLink implements AutoCloseable {
    private final Fd fd;

    private XdpLink(Fd fd) {
        this.fd = fd;
    }

    /** How an attempt to attach went. */
    public sealed interface Attempt {
        record Attached(XdpLink link) implements Attempt {
        }

        /**
         * @param errno positive; EBUSY and EEXIST when there is another program, EOPNOTSUPP when the driver has no XDP
         */
        record Failed(int errno) implements Attempt {
            public String reason() {
                return Errno.name(errno);
            }
        }
    }

    public static Attempt attach(BpfProgram program, int deviceIndex, XdpMode mode) {
        try (BpfCall call = new BpfCall(BpfCommand.LINK_CREATE)) {
            int answer = call.u32(PROG_FD, program.descriptor()).u32(TARGET_IFINDEX, deviceIndex)
                    .u32(ATTACH_TYPE, BPF_XDP).u32(FLAGS, mode.flag).run();
            return answer < 0 ? new Attempt.Failed(-answer) : new Attempt.Attached(new XdpLink(BpfSyscall.adopt(answer)));
        }
    }

    public static Optional<XdpLink> pinned(Path path) {
        return Pinned.open(path).map(XdpLink::new);
    }

    public void pin(Path path) {
        Pinned.pin(fd, path);
    }

    /** Exchanges the program; every packet meets the old one or the new one. 0 or a negated errno. */
    public int replace(BpfProgram program) {
        try (BpfCall call = new BpfCall(BpfCommand.LINK_UPDATE)) {
            return call.u32(LINK_FD, fd.number()).u32(NEW_PROG_FD, program.descriptor()).run();
        }
    }

    /** Takes the program off the hook, whoever else holds the link. */
    public void detach() {
        try (BpfCall call = new BpfCall(BpfCommand.LINK_DETACH)) {
            call.u32(LINK_FD, fd.number()).check("from its device");
        }
    }

    /** The device's number, 0 when it has gone or the link was detached. */
    public int deviceIndex() {
        return ObjectInfo.of(fd).u32(INFO_IFINDEX);
    }

    public int programId() {
        return ObjectInfo.of(fd).u32(INFO_PROG_ID);
    }

    @Override
    public void close() {
        fd.close();
    }

    private static final int BPF_XDP = 37;

    private static final long PROG_FD = 0;
    private static final long TARGET_IFINDEX = 4;
    private static final long ATTACH_TYPE = 8;
    private static final long FLAGS = 12;

    private static final long LINK_FD = 0;
    private static final long NEW_PROG_FD = 4;

    private static final int INFO_PROG_ID = 8;
    private static final int INFO_IFINDEX = 16;
}
