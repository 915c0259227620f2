package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Selectors;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReqidsTest {
    private final Reqids reqids = new Reqids();
    private final Selectors swapped = new Selectors(List.of(Samples.RIGHT_NET), List.of(Samples.LEFT_NET));

    @Test
    void equalConnectionChildAndSelectorsShareANumber() {
        assertThat(reqids.lease("a", "x", Samples.NETS, 0)).isEqualTo(1);
        assertThat(reqids.lease("a", "x", Samples.NETS, 0)).isEqualTo(1);
        assertThat(reqids.lease("a", "x", swapped, 0)).isEqualTo(2);
        assertThat(reqids.lease("a", "y", Samples.NETS, 0)).isEqualTo(3);
        assertThat(reqids.lease("b", "x", Samples.NETS, 0)).isEqualTo(4);
    }

    @Test
    void aChildThatComesBackGetsItsNumberAgain() {
        reqids.lease("a", "x", Samples.NETS, 0);
        reqids.release("a", "x", Samples.NETS, 1);
        assertThat(reqids.lease("a", "y", Samples.NETS, 0)).isEqualTo(2);
        assertThat(reqids.lease("a", "x", Samples.NETS, 0)).isEqualTo(1);
    }

    @Test
    void configuredNumbersAreHonouredAndKeptFree() {
        reqids.reserve(Set.of(1, 2));
        assertThat(reqids.lease("a", "x", Samples.NETS, 2)).isEqualTo(2);
        assertThat(reqids.lease("a", "y", Samples.NETS, 0)).isEqualTo(3);
        reqids.release("a", "y", Samples.NETS, 3);
        reqids.reserve(Set.of(3));
        assertThat(reqids.lease("a", "y", Samples.NETS, 0)).isEqualTo(4);
    }

    @Test
    void numbersOfAnEarlierRunAreNotGivenAway() {
        reqids.avoid(Set.of(1, 3));
        assertThat(reqids.lease("a", "x", Samples.NETS, 0)).isEqualTo(2);
        assertThat(reqids.lease("a", "y", Samples.NETS, 0)).isEqualTo(4);
        assertThat(reqids.lease("a", "z", Samples.NETS, 3)).as("unless it is configured").isEqualTo(3);
    }

    @Test
    void aRenewedNumberIsReleasedByItself() {
        assertThat(reqids.lease("a", "x", Samples.NETS, 0)).isEqualTo(1);
        reqids.renew("a", "x", Samples.NETS);
        assertThat(reqids.lease("a", "x", Samples.NETS, 0)).isEqualTo(2);
        reqids.release("a", "x", Samples.NETS, 1);
        assertThat(reqids.lease("a", "x", Samples.NETS, 0)).isEqualTo(2);
        reqids.release("a", "x", Samples.NETS, 2);
        reqids.release("a", "x", Samples.NETS, 2);
        assertThat(reqids.lease("a", "x", Samples.NETS, 0)).as("remembered").isEqualTo(2);
    }
}
