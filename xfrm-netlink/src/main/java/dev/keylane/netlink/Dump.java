package dev.keylane.netlink;

import dev.keylane.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Collects one reading of a table. */
final class Dump<T> {
    private final Function<NetlinkMessage, @Nullable T> parse;
    private final List<T> entries = new ArrayList<>();
    private int seq;
    private boolean done;
    private boolean interrupted;
    private Acknowledgement failure = Acknowledgement.OK;

    Dump(Function<NetlinkMessage, @Nullable T> parse) {
        this.parse = parse;
    }

    void restart(int newSeq) {
        entries.clear();
        seq = newSeq;
        done = false;
        interrupted = false;
        failure = Acknowledgement.OK;
    }

    void accept(NetlinkMessage message) {
        if (message.seq() != seq || isOver()) {
            return;
        }
        interrupted |= message.has(NetlinkHeader.NLM_F_DUMP_INTR);
        if (message.type() == NetlinkHeader.NLMSG_DONE) {
            done = true;
            failed(doneErrno(message));
        } else if (message.type() == NetlinkHeader.NLMSG_ERROR) {
            Acknowledgement refused = Acknowledgement.parse(message);
            failure = refused == null ? new Acknowledgement(Errno.EPROTO, "short answer") : refused;
        } else {
            T entry = parse.apply(message);
            if (entry != null) {
                entries.add(entry);
            }
        }
    }

    private static int doneErrno(NetlinkMessage done) {
        return done.payload().byteSize() < 4 ? 0 : Math.max(0, -done.payload().get(Native.U32, 0));
    }

    /** 0 changes nothing. */
    void failed(int errno) {
        if (errno != 0) {
            failure = new Acknowledgement(errno, "");
        }
    }

    boolean isOver() {
        return done || errno() != 0;
    }

    /** Whether it need not be repeated: it is whole, or repeating would not help. */
    boolean isComplete() {
        boolean passing = errno() == Errno.ENOBUFS || errno() == Errno.EINTR;
        return isOver() && !interrupted && !passing;
    }

    int errno() {
        return failure.errno();
    }

    String text() {
        return failure.text();
    }

    List<T> entries() {
        return List.copyOf(entries);
    }
}
