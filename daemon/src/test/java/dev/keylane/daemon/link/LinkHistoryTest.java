package dev.keylane.daemon.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.kernel.LinkChange;
import dev.keylane.daemon.kernel.LinkChange.Keys;
import dev.keylane.daemon.kernel.LinkChange.State;
import dev.keylane.rtnetlink.Links.Link;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkHistoryTest {
    private final LinkHistory history = new LinkHistory();

    LinkHistoryTest() {
        history.are(List.of(link(3, "nic1", true, true), link(4, "nic2", false, false)), false);
        history.take();
    }

    @Test
    void offAndOnAgainBeforeAnybodyLooksIsALoss() {
        assertThat(history.is(link(3, "nic1", false, false))).as("first news").isTrue();
        assertThat(history.is(link(3, "nic1", true, false))).isFalse();
        history.is(link(3, "nic1", true, true));
        assertThat(history.take()).containsExactly(change(State.UP, Keys.LOST, "nic1"));
        assertThat(history.take()).isEmpty();
    }

    @Test
    void theOtherEndsCableCostsNoKeys() {
        history.is(link(3, "nic1", true, false));
        assertThat(history.take()).containsExactly(change(State.NO_CARRIER, Keys.KEPT, "nic1"));
    }

    @Test
    void whatSaysNothingNewIsNoNews() {
        assertThat(history.is(link(3, "nic1", true, true))).isFalse();
        assertThat(history.gone(99)).isFalse();
        assertThat(history.take()).isEmpty();
    }

    @Test
    void aDeviceIsKnownByAllNamesItHasHad() {
        history.is(link(3, "wan", true, true));
        history.is(link(3, "wan", false, false));
        assertThat(history.take()).containsExactly(change(State.DOWN, Keys.LOST, "nic1", "wan"));
        history.gone(3);
        assertThat(history.take()).containsExactly(change(State.GONE, Keys.LOST, "nic1", "wan"));
    }

    @Test
    void anotherDeviceOfTheSameNameIsNotTheOldOne() {
        history.gone(3);
        history.is(link(9, "nic1", true, true));
        assertThat(history.take()).containsExactly(change(State.GONE, Keys.LOST, "nic1"),
                change(State.UP, Keys.KEPT, "nic1"));
    }

    @Test
    void anOldNameIsOfTheDeviceThatHasItNow() {
        history.is(link(3, "wan", true, true));
        history.is(link(4, "nic1", true, true));
        assertThat(history.take()).containsExactly(change(State.UP, Keys.KEPT, "wan"),
                change(State.UP, Keys.KEPT, "nic2", "nic1"));
        history.is(link(3, "wan", false, false));
        assertThat(history.take()).containsExactly(change(State.DOWN, Keys.LOST, "wan"));
        history.gone(3);
        assertThat(history.take()).containsExactly(change(State.GONE, Keys.LOST, "wan"));
    }

    @Test
    void whatWasLostByANameThatHasMovedOnIsLookedFor() {
        history.is(link(3, "nic1", false, false));
        history.is(link(3, "wan", false, false));
        history.is(link(4, "nic1", true, true));
        assertThat(history.take()).containsExactly(change(State.DOWN, Keys.LOST, "wan"),
                change(State.UP, Keys.UNKNOWN, "nic2", "nic1"));
    }

    @Test
    void twoDevicesMayExchangeTheirNames() {
        history.are(List.of(link(3, "nic2", true, true), link(4, "nic1", false, false)), false);
        assertThat(history.take()).containsExactly(change(State.UP, Keys.KEPT, "nic2"),
                change(State.DOWN, Keys.KEPT, "nic1"));
    }

    @Test
    void afterLostNewsEveryDeviceIsDoubtful() {
        assertThat(history.are(List.of(link(3, "nic1", true, true)), true)).isTrue();
        assertThat(history.take()).containsExactly(change(State.UP, Keys.UNKNOWN, "nic1"),
                change(State.GONE, Keys.LOST, "nic2"));
    }

    private static Link link(int index, String name, boolean up, boolean running) {
        return new Link(index, name, up, running);
    }

    private static LinkChange change(State state, Keys keys, String... names) {
        return new LinkChange(Set.of(names), state, keys);
    }
}
