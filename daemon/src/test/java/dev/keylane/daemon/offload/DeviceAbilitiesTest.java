package dev.keylane.daemon.offload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.offload.Abilities.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What is known of a device while it does not answer. */
class DeviceAbilitiesTest {
    private final Deque<Consumer<Optional<Abilities>>> asked = new ArrayDeque<>();
    private final List<Abilities> told = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private DeviceIdentity identity = new DeviceIdentity(7, "mlx5_core", "22.41", "0000:03:00.0");
    private boolean room = true;
    private final DeviceAbilities abilities = new DeviceAbilities((_, answer) -> room && asked.add(answer), _ -> identity,
            () -> now, told::add);

    @Test
    void untilItIsTriedForTheFirstTimeNothingIsKnownAndItIsAskedOnce() {
        assertThat(abilities.of("eth7")).isEmpty();
        now = now.plusSeconds(3);
        assertThat(abilities.of("eth7", DeviceAbilitiesTest::tunnel)).isEmpty();
        abilities.refresh("eth7");
        assertThat(asked).hasSize(1);
        assertThat(abilities.tryingFor("eth7")).hasValue(Duration.ofSeconds(3));
        answer(true);
        assertThat(abilities.tryingFor("eth7")).isEmpty();
        assertThat(abilities.of("eth7", DeviceAbilitiesTest::tunnel)).hasValue(able(true));
        assertThat(asked).isEmpty();
    }

    /** Nobody is given more than the device is known to do, and nobody waits for it. */
    @Test
    void aNoHoldsUntilTheDeviceHasAnsweredAgain() {
        abilities.of("eth7");
        answer(false);
        assertThat(abilities.of("eth7", DeviceAbilitiesTest::tunnel)).hasValue(able(false));
        assertThat(asked).as("it is believed").isEmpty();
        now = now.plus(Duration.ofSeconds(2));
        assertThat(abilities.of("eth7", DeviceAbilitiesTest::tunnel)).as("overdue").hasValue(able(false));
        assertThat(asked).hasSize(1);
        answer(true);
        assertThat(abilities.of("eth7", DeviceAbilitiesTest::tunnel)).hasValue(able(true));
    }

    @Test
    void afterNewsANoIsNothingAndAYesIsBelieved() {
        abilities.of("eth7");
        answer(false);
        abilities.changed("eth7");
        assertThat(abilities.of("eth7", DeviceAbilitiesTest::tunnel)).isEmpty();
        assertThat(asked).hasSize(1);
        answer(true);
        abilities.changed("eth7");
        assertThat(abilities.of("eth7", DeviceAbilitiesTest::tunnel)).hasValue(able(true));
        assertThat(asked).as("it is tried when somebody has it refreshed").isEmpty();
    }

    @Test
    void whatWasTriedWhileItChangedTellsNothing() {
        abilities.of("eth7");
        abilities.changedAt(Set.of("0000:03:00.0"));
        answer(false);
        assertThat(told).isEmpty();
        assertThat(asked).as("whoever wants to know asks again").isEmpty();
        assertThat(abilities.of("eth7")).isEmpty();
        assertThat(asked).hasSize(1);
        abilities.changedAt(Set.of("0000:04:00.0"));
        answer(true);
        assertThat(told).as("that was another card").containsExactly(able(true));
    }

    @Test
    void whoeverAsksAmidAChangeGetsItTriedAnew() {
        abilities.of("eth7");
        identity = new DeviceIdentity(8, "mlx5_core", "22.41", "0000:03:00.0");
        assertThat(abilities.of("eth7")).isEmpty();
        assertThat(asked).hasSize(1);
        answer(false);
        assertThat(asked).as("the other device of this name").hasSize(1);
        assertThat(abilities.tryingFor("eth7")).isPresent();
        answer(true);
        assertThat(told).containsExactly(able(true));
    }

    /** Or each question would be one more failure. */
    @Test
    void oneThatCouldNotBeTriedIsLeftAloneForAWhile() {
        abilities.of("eth7");
        asked.remove().accept(Optional.empty());
        assertThat(abilities.of("eth7")).isEmpty();
        assertThat(asked).isEmpty();
        now = now.plus(DeviceAbilities.AFTER_FAILURE);
        assertThat(abilities.of("eth7")).isEmpty();
        asked.remove().accept(Optional.empty());
        abilities.changed("eth7");
        room = false;
        assertThat(abilities.of("eth7")).isEmpty();
        assertThat(abilities.tryingFor("eth7")).as("nobody tries it").isEmpty();
    }

    @Test
    void whatWasLeftOffIsNotAFailure() {
        abilities.of("eth7");
        abilities.leaveOff();
        assertThat(abilities.of("eth7")).isEmpty();
        asked.remove().accept(Optional.empty());
        answer(true);
        assertThat(told).containsExactly(able(true));
    }

    private void answer(boolean tunnel) {
        asked.remove().accept(Optional.of(able(tunnel)));
    }

    private static boolean tunnel(Abilities abilities) {
        return abilities.can(Ability.TUNNEL);
    }

    private static Abilities able(boolean tunnel) {
        return new Abilities("eth7", "mlx5_core", Stream.of(Ability.values()).collect(Collectors.toMap(ability -> ability,
                ability -> new Verdict(tunnel || ability != Ability.TUNNEL, tunnel ? "" : "no"))));
    }
}
