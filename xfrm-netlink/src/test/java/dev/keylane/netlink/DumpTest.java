package dev.keylane.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.linux.Errno;
import org.junit.jupiter.api.Test;

class DumpTest {
    private static final int PART = 16;
    private final Dump<Integer> dump = new Dump<>(message -> message.payload().get(Native.U32, 0));

    private void part(int seq, int flags, String payload) {
        dump.accept(Messages.of(PART, NetlinkHeader.NLM_F_MULTI | flags, seq, payload));
    }

    @Test
    void isWholeWithItsEnd() {
        dump.restart(7);
        part(7, 0, "01000000");
        part(7, 0, "02000000");
        assertThat(dump.isComplete()).isFalse();
        dump.accept(Messages.done(7, 0));
        assertThat(dump.isComplete()).isTrue();
        assertThat(dump.entries()).containsExactly(1, 2);
        assertThat(dump.errno()).isZero();
    }

    @Test
    void isRepeatedWhenTheTableChanged() {
        dump.restart(7);
        part(7, NetlinkHeader.NLM_F_DUMP_INTR, "01000000");
        part(7, 0, "02000000");
        dump.accept(Messages.done(7, 0));
        assertThat(dump.isOver()).isTrue();
        assertThat(dump.isComplete()).isFalse();
        dump.restart(8);
        part(7, 0, "09000000");
        part(8, 0, "03000000");
        dump.accept(Messages.done(8, 0));
        assertThat(dump.isComplete()).isTrue();
        assertThat(dump.entries()).containsExactly(3);
    }

    @Test
    void isRepeatedWhenPartsWereLost() {
        dump.restart(7);
        part(7, 0, "01000000");
        dump.failed(Errno.ENOBUFS);
        assertThat(dump.isOver()).isTrue();
        assertThat(dump.isComplete()).isFalse();
        dump.restart(8);
        dump.accept(Messages.done(8, 0));
        assertThat(dump.isComplete()).isTrue();
        assertThat(dump.entries()).isEmpty();
    }

    @Test
    void endsWithARefusal() {
        dump.restart(7);
        dump.accept(Messages.error(7, 1));
        assertThat(dump.isComplete()).isTrue();
        assertThat(dump.errno()).isEqualTo(1);
    }

    @Test
    void endsWithAnErrorAtItsEnd() {
        dump.restart(7);
        dump.accept(Messages.done(7, 12));
        assertThat(dump.isComplete()).isTrue();
        assertThat(dump.errno()).isEqualTo(12);
    }
}
