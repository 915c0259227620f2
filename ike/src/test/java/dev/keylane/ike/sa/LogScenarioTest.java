package dev.keylane.ike.sa;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.sim.Configs;
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
}
