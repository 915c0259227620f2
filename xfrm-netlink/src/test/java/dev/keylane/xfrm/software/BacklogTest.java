package dev.keylane.xfrm.software;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.xfrm.SaSpec;
import dev.keylane.xfrm.Template;
import dev.keylane.xfrm.contract.SaSample;
import dev.keylane.xfrm.software.packet.Flow;
import dev.keylane.xfrm.software.packet.IpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private static final Template TEMPLATE =
            new Template(Pair.LEFT, Pair.RIGHT, SaSpec.Mode.TRANSPORT, SaSample.REQID, false);
    private final OpenBacklogs open = new OpenBacklogs();
    private final Backlog backlog = new Backlog(3, 7, open);
    private final List<Integer> sent = new ArrayList<>();

    private static IpPacket packet(int number) {
        byte[] data = Pair.udp(Pair.LEFT, Pair.RIGHT, number);
        return IpPacket.parse(data, 0, data.length);
    }

    private static Wanted wanted(Flow flow) {
        return Wanted.of(TEMPLATE, flow);
    }

    private boolean add(int cpu, int number) {
        IpPacket packet = packet(number);
        return backlog.add(wanted(packet.flow()), packet.flow(), cpu, packet);
    }

    private boolean join(int cpu, int number) {
        IpPacket packet = packet(number);
        return backlog.join(wanted(packet.flow()), packet.flow(), cpu, packet);
    }

    private void send(Backlog.Entry entry) {
        sent.add(LarvalQueueTest.number(entry.packet()));
    }

    @Test
    void nobodyJoinsBeforeAStateIsAnnounced() {
        add(0, 1);
        assertThat(join(0, 2)).isFalse();
        backlog.announceFlush();
        assertThat(join(0, 3)).isTrue();
        backlog.flush(entry -> true, this::send);
        assertThat(sent).containsExactly(1, 3);
        assertThat(backlog.isOpen()).isFalse();
        assertThat(join(0, 4)).isFalse();
    }

    /** The packet that is just being sent counts as one that must not be overtaken. */
    @Test
    void packetsOfTheSameCpuQueueUpBehindTheOneUnderWay() {
        add(0, 1);
        backlog.announceFlush();
        backlog.flush(entry -> true, entry -> {
            send(entry);
            if (sent.size() < 4) {
                assertThat(join(1, 99)).isFalse();
                assertThat(join(0, sent.size() + 1)).isTrue();
            }
        });
        assertThat(sent).containsExactly(1, 2, 3, 4);
    }

    @Test
    void whileItEmptiesItMayGrowButNotForEver() {
        add(0, 0);
        backlog.announceFlush();
        int joined = 0;
        while (join(0, ++joined)) {
            assertThat(joined).isLessThan(1000);
        }
        assertThat(joined).isEqualTo(3 * 16);
        assertThat(add(0, 1)).isFalse();
    }

    @Test
    void whatCannotBeSentStaysInItsPlace() {
        add(0, 1);
        add(1, 2);
        add(0, 3);
        backlog.flush(entry -> entry.cpu() == 1, this::send);
        assertThat(sent).containsExactly(2);
        assertThat(backlog.isOpen()).isTrue();
        backlog.flush(entry -> true, this::send);
        assertThat(sent).containsExactly(2, 1, 3);
    }

    @Test
    void aSecondFlushLeavesTheWorkToTheFirst() {
        add(0, 1);
        add(0, 2);
        backlog.flush(entry -> true, entry -> {
            backlog.flush(inner -> true, inner -> { throw new AssertionError("flushed twice"); });
            send(entry);
        });
        assertThat(sent).containsExactly(1, 2);
    }

    @Test
    void aWireThatThrowsDoesNotJamIt() {
        add(0, 1);
        add(0, 2);
        assertThatThrownBy(() -> backlog.flush(entry -> true, entry -> {
            throw new IllegalStateException("wire");
        })).isInstanceOf(IllegalStateException.class);
        backlog.flush(entry -> true, this::send);
        assertThat(sent).containsExactly(2);
    }

    @Test
    void keepsItsOwnCopy() {
        byte[] data = Pair.udp(Pair.LEFT, Pair.RIGHT, 7);
        IpPacket packet = IpPacket.parse(data, 0, data.length);
        backlog.add(wanted(packet.flow()), packet.flow(), 0, packet);
        Arrays.fill(data, (byte) 0);
        backlog.flush(entry -> true, this::send);
        assertThat(sent).containsExactly(7);
    }

    @Test
    void forgetsWhatItIsToldTo() {
        add(0, 1);
        add(1, 2);
        assertThat(backlog.drop(entry -> entry.cpu() == 0)).isEqualTo(1);
        assertThat(backlog.isOpen()).isTrue();
        assertThat(backlog.drop(entry -> true)).isEqualTo(1);
        assertThat(backlog.isOpen()).isFalse();
    }

    @Test
    void isAmongTheOpenOnesAsLongAsPacketsWaitOrLeave() {
        assertThat(open.all()).isEmpty();
        add(0, 1);
        Backlog older = new Backlog(3, 2, open);
        IpPacket packet = packet(2);
        older.add(wanted(packet.flow()), packet.flow(), 0, packet);
        assertThat(open.all()).containsExactly(older, backlog);
        backlog.flush(entry -> true, entry -> assertThat(open.all()).contains(backlog));
        assertThat(open.all()).containsExactly(older);
        older.drop(entry -> true);
        assertThat(open.all()).isEmpty();
    }
}
