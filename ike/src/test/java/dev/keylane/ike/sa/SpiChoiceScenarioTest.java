package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.ChildSa;
import dev.keylane.ike.child.SpiChoice;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Host;
import dev.keylane.ike.sim.Pair;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The inbound SPI of a CPU's SA is one that was chosen for that CPU, whoever asked for the SA. */
class SpiChoiceScenarioTest {
    @Test
    void bothSidesChooseForTheCpuThatTheSaIsBoundTo() {
        Pair pair = chosen();
        assertThat(pair.left.children()).hasSize(5);
        assertChosen(pair);
    }

    @Test
    void rekeyedSasAreChosenAgain() {
        Pair pair = chosen();
        for (Host host : List.of(pair.left, pair.right)) {
            Set<Integer> before = pair.left.children().stream().map(SpiChoiceScenarioTest::spi).collect(Collectors.toSet());
            host.children().forEach(child -> host.on(new Event.RekeyChild(0, child.id()), pair.now));
            pair.drive(Duration.ofSeconds(10));
            assertThat(pair.left.children()).hasSize(5).extracting(SpiChoiceScenarioTest::spi)
                    .doesNotContainAnyElementsOf(before);
            assertChosen(pair);
        }
    }

    @Test
    void theAddressesArePassedAndTheEncapsulation() {
        Pair pair = chosen();
        assertThat(pair.left.children()).allSatisfy(child -> assertThat(child.path()).isEqualTo(
                pair.left.endpoint.views().getFirst().path()));
        pair.left.spis = (use, draws) -> {
            assertThat(use.path()).isEqualTo(pair.left.endpoint.views().getFirst().path());
            assertThat(use.udpEncap()).isFalse();
            return forItsCpu(use, draws);
        };
        pair.left.children().forEach(child -> pair.left.on(new Event.RekeyChild(0, child.id()), pair.now));
        pair.drive(Duration.ofSeconds(10));
        assertChosen(pair);
    }

    private static Pair chosen() {
        Pair pair = new Pair(1);
        pair.left.spis = SpiChoiceScenarioTest::forItsCpu;
        pair.right.spis = SpiChoiceScenarioTest::forItsCpu;
        NatPerCpuScenarioTest.createAll(pair, Configs.LEFT.withPerCpuSas(), Configs.RIGHT.withPerCpuSas());
        return pair;
    }

    /** As a device with eight queues would want them. */
    private static int forItsCpu(SpiChoice.Use use, IntSupplier draws) {
        int spi = draws.getAsInt();
        while (use.resource().isBound() && (spi & 7) != use.resource().cpu()) {
            spi = draws.getAsInt();
        }
        return spi;
    }

    private static void assertChosen(Pair pair) {
        for (Host host : List.of(pair.left, pair.right)) {
            assertThat(host.children()).filteredOn(child -> child.resource().isBound()).hasSize(4)
                    .allSatisfy(child -> assertThat(spi(child) & 7).isEqualTo(child.resource().cpu()));
        }
    }

    private static int spi(ChildSa child) {
        return child.terms().spiIn();
    }
}
