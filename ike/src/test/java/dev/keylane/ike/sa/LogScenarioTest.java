package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.SpiPool;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.MessageOptions;
import dev.keylane.ike.sim.Configs;
import dev.keylane.ike.sim.Link.Weather;
import dev.keylane.ike.sim.Pair;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Lines that operators know from charon, on both sides. */
class LogScenarioTest {
    @Test
    void bothSidesSayWhatWasAgreedOn() {
        Pair pair = new Pair(1);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        for (List<String> log : List.of(pair.left.log(), pair.right.log())) {
            assertThat(log).filteredOn(line -> line.startsWith("selected proposal: ")).containsExactly(
                    "selected proposal: IKE:AES_CBC_128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519",
                    "selected proposal: ESP:AES_GCM_16_128/EXT_SEQ");
            assertThat(log).filteredOn(line -> line.startsWith("CHILD_SA ")).singleElement().asString()
                    .matches("CHILD_SA bf\\{\\d+} established with SPIs [0-9a-f]{8}_i [0-9a-f]{8}_o and TS [^\\[]\\S+ === \\S+");
        }
    }

    @Test
    void messagesAreShownAsCharonShowsThem() {
        Pair pair = new Pair(2);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        String spi = SpiPool.octets(pair.left.children().getFirst().terms().spiIn()).toString();
        pair.left.on(new Event.TerminateChild(1, pair.left.children().getFirst().id(), false), pair.now);
        pair.drive();
        pair.left.on(new Event.TerminateIke(2, pair.left.endpoint.views().getFirst().id(), false), pair.now);
        pair.drive();
        assertThat(pair.left.log()).filteredOn(line -> line.matches("(generating|parsed|sending DELETE) .*")).satisfiesExactly(
                line -> assertThat(line).matches("generating IKE_SA_INIT request 0 \\[ SA KE No N\\(NATD_S_IP\\) N\\(NATD_D_IP\\) .*]"),
                line -> assertThat(line).startsWith("parsed IKE_SA_INIT response 0 [ SA KE No "),
                line -> assertThat(line).matches("generating IKE_AUTH request 1 \\[ IDi .*AUTH .*SA TSi TSr.* ]"),
                line -> assertThat(line).matches("parsed IKE_AUTH response 1 \\[ IDr AUTH .*SA TSi TSr.* ]"),
                line -> assertThat(line).isEqualTo("sending DELETE for ESP CHILD_SA with SPI " + spi),
                line -> assertThat(line).isEqualTo("generating INFORMATIONAL request 2 [ D ]"),
                line -> assertThat(line).isEqualTo("parsed INFORMATIONAL response 2 [ D ]"),
                line -> assertThat(line).matches("sending DELETE for IKE_SA .+\\[1]"),
                line -> assertThat(line).isEqualTo("generating INFORMATIONAL request 3 [ D ]"),
                line -> assertThat(line).isEqualTo("parsed INFORMATIONAL response 3 [ ]"));
        assertThat(pair.right.log()).contains("parsed INFORMATIONAL request 2 [ D ]", "generating INFORMATIONAL response 3 [ ]");
    }

    @Test
    void fragmentsAreCounted() {
        EndpointSettings small = EndpointSettings.DEFAULT.withMessages(new MessageOptions(64, 200));
        Pair pair = new Pair(3, small, Weather.FAIR);
        HandshakeScenarioTest.keyed(pair, Configs.LEFT, Configs.RIGHT);
        int total = (int) pair.right.log().stream().filter(line -> line.startsWith("received fragment #")).count();
        assertThat(total).isGreaterThan(1);
        assertThat(pair.right.log()).contains("received fragment #1 of " + total + ", waiting for complete IKE message",
                "received fragment #" + total + " of " + total + ", reassembled fragmented IKE message");
        assertThat(pair.left.log()).anyMatch(line -> line.matches(
                "splitting IKE message \\(\\d+ bytes\\) into " + total + " fragments"));
    }
}
