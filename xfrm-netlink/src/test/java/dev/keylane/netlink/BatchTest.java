package dev.keylane.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.linux.Errno;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchTest {
    private static final int ANSWER = 16;
    private final Batch<Integer> batch = new Batch<>(10, 3, message -> message.payload().get(Native.U32, 0));

    @Test
    void matchesBySequenceNumber() {
        batch.accept(Messages.error(11, Errno.EEXIST));
        batch.accept(Messages.of(ANSWER, 0, 12, "05000000"));
        batch.accept(Messages.error(12, 0));
        assertThat(batch.isOver()).isFalse();
        batch.accept(Messages.error(10, 0));
        assertThat(batch.isOver()).isTrue();
        assertThat(batch.replies()).isEqualTo(List.of(new NetlinkReply<>(Acknowledgement.OK, null),
                new NetlinkReply<>(new Acknowledgement(Errno.EEXIST, ""), null),
                new NetlinkReply<>(Acknowledgement.OK, 5)));
    }

    @Test
    void passesOverWhatIsNotItsOwn() {
        batch.accept(Messages.error(9, 0));
        batch.accept(Messages.error(13, 0));
        batch.accept(Messages.error(10, 0));
        batch.accept(Messages.error(10, Errno.EINVAL));
        assertThat(batch.isOver()).isFalse();
    }

    @Test
    void wrapsAroundWithTheNumbers() {
        Batch<Integer> wrapping = new Batch<>(-1, 2, message -> 1);
        wrapping.accept(Messages.error(-1, 0));
        wrapping.accept(Messages.error(0, 0));
        assertThat(wrapping.isOver()).isTrue();
    }

    @Test
    void whatIsMissingHasTheErrno() {
        batch.accept(Messages.error(10, 0));
        batch.failed(Errno.ENOBUFS);
        assertThat(batch.isOver()).isTrue();
        assertThat(batch.replies()).extracting(reply -> reply.acknowledgement().errno())
                .containsExactly(0, Errno.ENOBUFS, Errno.ENOBUFS);
    }

    @Test
    void aShortAcknowledgementIsARefusal() {
        batch.accept(Messages.of(NetlinkHeader.NLMSG_ERROR, 0, 10, "00000000"));
        batch.failed(0);
        assertThat(batch.replies().getFirst().acknowledgement().errno()).isEqualTo(Errno.EPROTO);
    }
}
