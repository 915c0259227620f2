package dev.keylane.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeldPacketsTest {
    private final HeldPackets packets = new HeldPackets();

    @Test
    void onlyWhatIsExpectedWaitsAndInItsOrder() {
        packets.expect(7);
        assertThat(packets.hold(7, 1)).isTrue();
        assertThat(packets.hold(8, 2)).isFalse();
        assertThat(packets.hold(7, 3)).isTrue();
        assertThat(packets.release(7)).containsExactly(1, 3);
        assertThat(packets.hold(7, 4)).as("after the release").isFalse();
        assertThat(packets.release(7)).isEmpty();
        assertThat(packets.held()).isEqualTo(2);
    }

    @Test
    void oneSpiDoesNotTakeAllRoom() {
        packets.expect(7);
        for (int packet = 0; packet < HeldPackets.MOST; packet++) {
            assertThat(packets.hold(7, packet)).isTrue();
        }
        assertThat(packets.hold(7, -1)).isFalse();
        assertThat(packets.release(7)).hasSize(HeldPackets.MOST);
    }

    @Test
    void expectingTwiceKeepsWhatWaits() {
        packets.expect(7);
        packets.hold(7, 1);
        packets.expect(7);
        assertThat(packets.release(7)).containsExactly(1);
    }

    /** Letting many go takes a while; what comes meanwhile must not overtake them. */
    @Test
    void whatComesWhileOthersAreLetGoWaitsBehindThem() {
        packets.expect(7);
        packets.hold(7, 1);
        assertThat(packets.take(7)).containsExactly(1);
        assertThat(packets.hold(7, 2)).isTrue();
        assertThat(packets.take(7)).containsExactly(2);
        assertThat(packets.take(7)).isEmpty();
        assertThat(packets.take(8)).isEmpty();
        assertThat(packets.hold(8, 3)).as("taking is not expecting").isFalse();
        packets.hold(7, 4);
        assertThat(packets.release(7)).containsExactly(4);
        assertThat(packets.hold(7, 5)).isFalse();
    }

    @Test
    void tellsWhetherOthersWait() {
        packets.expect(7);
        packets.expect(8);
        packets.hold(7, 1);
        assertThat(packets.onlyFor(7)).isTrue();
        assertThat(packets.onlyFor(8)).isFalse();
        packets.release(7);
        assertThat(packets.onlyFor(8)).isTrue();
    }
}
