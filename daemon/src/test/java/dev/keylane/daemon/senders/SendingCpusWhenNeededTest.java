package dev.keylane.daemon.senders;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.daemon.kernel.SendingCpus;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.xfrm.SaId;
import org.junit.jupiter.api.Test;

class SendingCpusWhenNeededTest {
    private static final SaId SA = SaId.esp(IpAddress.of("192.0.2.1"), 0xc0000001);
    private int opened;
    private final SendingCpus sending = new SendingCpusWhenNeeded(() -> {
        opened++;
        return SendingCpus.unobserved("no BPF here");
    });

    @Test
    void nothingIsOpenedBeforeSomebodyMayWatch() {
        sending.listen((_, _) -> { });
        sending.unwatch(SA);
        sending.again(SA);
        assertThat(sending.packets(SA)).isEmpty();
        assertThat(sending.devices()).isEmpty();
        assertThat(sending.look()).isEmpty();
        assertThat(sending.problem()).as("nobody has looked").isEmpty();
        sending.close();
        assertThat(opened).isZero();
    }

    @Test
    void whoWantsToWatchHearsWhyNotAndFromThenOnSoDoesEverybody() {
        assertThat(sending.reasonAgainst()).contains("no BPF here");
        assertThat(sending.reasonAgainst()).contains("no BPF here");
        assertThat(opened).isEqualTo(1);
        assertThat(sending.problem()).contains("no BPF here");
    }
}
