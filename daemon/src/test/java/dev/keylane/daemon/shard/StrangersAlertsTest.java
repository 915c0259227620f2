package dev.keylane.daemon.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.control.Samples;
import dev.keylane.ike.sa.Alert;
import dev.keylane.ike.sa.DropReason;
import dev.keylane.ike.sa.IkeSaView;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A flood of strangers is no flood of alerts. */
class StrangersAlertsTest {
    private static final Instant NOW = Samples.NOW;
    private final StrangersAlerts alerts = new StrangersAlerts();

    @Test
    void allThatStrangersCauseIsLimitedTogether() {
        long mismatches = IntStream.range(0, 1000).filter(_ -> alerts.mayRaise(Alert.PROPOSAL_MISMATCH_IKE, null, NOW)).count();
        assertThat(mismatches).isEqualTo(20);
        assertThat(alerts.on(DropReason.UNKNOWN_SPI, NOW)).isEmpty();
        assertThat(alerts.mayRaise(Alert.PEER_AUTH_FAILED, unproved(), NOW)).isFalse();
        assertThat(alerts.on(DropReason.UNKNOWN_SPI, NOW.plusSeconds(1))).contains(Alert.INVALID_IKE_SPI);
    }

    @Test
    void whatIsOursIsAlwaysRaised() {
        IntStream.range(0, 100).forEach(_ -> alerts.on(DropReason.MALFORMED, NOW));
        assertThat(alerts.mayRaise(Alert.SHUTDOWN_SIGNAL, null, NOW)).isTrue();
        assertThat(alerts.mayRaise(Alert.RETRANSMIT_SEND, Samples.ike(1).ike(), NOW)).isTrue();
    }

    private static IkeSaView unproved() {
        IkeSaView up = Samples.ike(1).ike();
        return new IkeSaView(1, "", IkeSaView.State.CONNECTING, false, up.spis(), up.path(), up.ids(), up.suite(), up.nat(),
                null, null, up.children());
    }
}
