package dev.keylane.ike.wire.payload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.Wire;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TsCodecTest {
    private static final String USABLE = "07110010 12b512b5 03030302 03030302";

    private static PayloadChain parse(String hex) {
        return Wire.parse(PayloadType.TS_I, Octets.ofHex(hex));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "TS_FC_ADDR_RANGE, RFC 4595    | 09000018 00000000 000000000000000000000000 00000000",
        "TS_SECLABEL, RFC 9478         | 0a000006 0102",
        "an unknown type without data  | ff000004",
        "addresses end before start    | 07000010 0000ffff 0a000002 0a000001",
        "ports end before start        | 07060010 00020001 0a000001 0a000001",
    })
    void passesOverWhatCannotBeUsed(String what, String selector) {
        PayloadChain.Ok chain = (PayloadChain.Ok) parse("03000000" + USABLE + selector + USABLE);
        assertThat(((TsPayload) chain.payloads().getFirst()).selectors()).as(what).hasSize(2)
                .allMatch(ts -> ts.toString().equals("3.3.3.2/32[udp/4789]"));
    }

    @Test
    void mayEndUpEmpty() {
        PayloadChain.Ok chain = (PayloadChain.Ok) parse("01000000 0a000004");
        assertThat(((TsPayload) chain.payloads().getFirst()).selectors()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "none                            | 00000000",
        "one more than announced         | 01000000 " + USABLE + USABLE,
        "one less than announced         | 02000000 " + USABLE,
        "IPv4 range of 15 octets         | 01000000 0711000f 12b512b5 03030302 030303",
        "IPv4 range of 17 octets         | 01000000 07110011 12b512b5 03030302 03030302 00",
        "IPv6 range of the size of IPv4  | 01000000 08110010 12b512b5 03030302 03030302",
        "unknown type, length 3          | 01000000 ff000003",
        "unknown type, longer than there | 01000000 ff000005",
    })
    void refusesStructuresThatDoNotAddUp(String what, String hex) {
        assertThat(parse(hex)).as(what).isInstanceOf(PayloadChain.Malformed.class);
    }
}
