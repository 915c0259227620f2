package dev.keylane.ike.child;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.wire.ExchangeType;
import dev.keylane.ike.wire.IkeHeader;
import dev.keylane.ike.wire.IkeMessage;
import dev.keylane.ike.wire.NotifyType;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.payload.NotifyPayload;
import java.util.List;
import org.junit.jupiter.api.Test;

class EspSourcePortTest {
    @Test
    void aWishIsReadAsItWasWritten() {
        assertThat(EspSourcePort.in(with(EspSourcePort.notify(0xc123)))).hasValue(0xc123);
        assertThat(EspSourcePort.in(with(EspSourcePort.notify(UdpSources.ANY)))).hasValue(UdpSources.ANY);
        assertThat(EspSourcePort.notify(0xc123).data()).isEqualTo(Octets.ofHex("6b65796c616e65c123"));
    }

    @Test
    void aPortThatIsNotDynamicIsNoWish() {
        assertThat(EspSourcePort.in(with(EspSourcePort.notify(4500)))).hasValue(UdpSources.ANY);
    }

    @Test
    void whatOthersMeanByTheTypeIsNothingToUs() {
        for (String data : List.of("", "c123", "6b65796c616e65", "6b65796c616e65c1", "6b65796c616e65c12300", "7b65796c616e65c123")) {
            assertThat(EspSourcePort.in(with(NotifyPayload.of(NotifyType.ESP_SOURCE_PORT, Octets.ofHex(data))))).as(data).isEmpty();
        }
    }

    private static IkeMessage with(NotifyPayload notify) {
        return new IkeMessage(new IkeHeader(1, 2, ExchangeType.CREATE_CHILD_SA, true, false, 3), List.of(notify));
    }
}
