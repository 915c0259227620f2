package dev.keylane.netlink;

import dev.keylane.linux.Errno;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Matches what the kernel says to the requests of one send, by their consecutive sequence numbers. */
final class Batch<T> {
    private final int firstSeq;
    private final Function<NetlinkMessage, @Nullable T> parse;
    private final @Nullable Acknowledgement[] acknowledgements;
    private final List<@Nullable T> data;
    private int missing;
    private int errno;

    Batch(int firstSeq, int requests, Function<NetlinkMessage, @Nullable T> parse) {
        this.firstSeq = firstSeq;
        this.parse = parse;
        this.acknowledgements = new Acknowledgement[requests];
        this.data = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            data.add(null);
        }
        this.missing = requests;
    }

    void accept(NetlinkMessage message) {
        int index = message.seq() - firstSeq;
        if (index < 0 || index >= acknowledgements.length || acknowledgements[index] != null) {
            return;
        }
        if (message.type() == NetlinkHeader.NLMSG_ERROR) {
            Acknowledgement acknowledgement = Acknowledgement.parse(message);
            acknowledgements[index] =
                    acknowledgement == null ? new Acknowledgement(Errno.EPROTO, "short answer") : acknowledgement;
            missing--;
        } else {
            data.set(index, parse.apply(message));
        }
    }

    /** Nothing more will come: what is missing has this errno. */
    void failed(int errno) {
        this.errno = errno;
        missing = 0;
    }

    boolean isOver() {
        return missing == 0;
    }

    List<NetlinkReply<T>> replies() {
        List<NetlinkReply<T>> replies = new ArrayList<>();
        for (int i = 0; i < acknowledgements.length; i++) {
            Acknowledgement acknowledgement = acknowledgements[i];
            replies.add(new NetlinkReply<>(
                    acknowledgement == null ? new Acknowledgement(errno, "the answer was lost") : acknowledgement,
                    data.get(i)));
        }
        return replies;
    }
}
