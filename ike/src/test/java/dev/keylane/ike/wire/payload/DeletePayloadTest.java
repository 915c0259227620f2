package dev.keylane.ike.wire.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeletePayloadTest {
    private static PayloadChain parse(String hex) {
        return Wire.parse(PayloadType.DELETE, Octets.ofHex(hex));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "SPIs of an IKE SA       | 01080001 0102030405060708",
        "SPI size for an IKE SA  | 01080000",
        "ESP SPIs of 8 octets    | 03080001 0102030405060708",
        "AH SPIs without octets  | 02000001",
        "65535 SPIs of 0 octets  | 0900ffff",
        "fewer than announced    | 03040002 01020304",
        "more than announced     | 03040001 01020304 05060708",
    })
    void refuses(String what, String hex) {
        assertThat(parse(hex)).as(what).isInstanceOf(PayloadChain.Malformed.class);
    }

    @Test
    void takes256SpisAndNoMore() {
        assertThat(parse("03040100" + "01020304".repeat(256))).isInstanceOf(PayloadChain.Ok.class);
        assertThat(Wire.reason(parse("03040101" + "01020304".repeat(257)))).isEqualTo("D: more than 256 SPIs");
    }

    @Test
    void holdsSpisOfOneLengthOnly() {
        assertThatThrownBy(() -> new DeletePayload(3, List.of(Octets.of(1, 2, 3, 4), Octets.of(1))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
