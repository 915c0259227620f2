package dev.keylane.ike.wire.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.Wire;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoncePayloadTest {
    @ParameterizedTest
    @ValueSource(ints = {16, 32, 256})
    void takes16To256Octets(int length) {
        Octets nonce = Octets.wrap(new byte[length]);
        assertThat(Wire.parse(PayloadType.NONCE, nonce)).isInstanceOf(PayloadChain.Ok.class);
        assertThat(new NoncePayload(nonce).data()).isEqualTo(nonce);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 15, 257, 4000})
    void refusesOthers(int length) {
        Octets nonce = Octets.wrap(new byte[length]);
        assertThat(Wire.reason(Wire.parse(PayloadType.NONCE, nonce)))
                .isEqualTo("Nonce: not between 16 and 256 octets long");
        assertThatThrownBy(() -> new NoncePayload(nonce)).isInstanceOf(IllegalArgumentException.class);
    }
}
