package dev.keylane.ike.wire.payload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.proposal.Proposal;
import dev.keylane.ike.proposal.Transform;
import dev.keylane.ike.wire.Octets;
import dev.keylane.ike.wire.PayloadChain;
import dev.keylane.ike.wire.PayloadType;
import dev.keylane.ike.wire.Wire;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaCodecTest {
    private static PayloadChain parse(String hex) {
        return Wire.parse(PayloadType.SA, Octets.ofHex(hex));
    }

    private static List<Transform> transforms(String hex) {
        SaPayload sa = (SaPayload) ((PayloadChain.Ok) parse(hex)).payloads().getFirst();
        return sa.proposals().getFirst().transforms();
    }

    @Test
    void keepsAnUnknownTransformTypeAndId() {
        assertThat(transforms("00000018 01010002 03000008 060003e8 00000008 02000400"))
                .containsExactly(new Transform(6, 1000, 0, false), new Transform(2, 1024, 0, false));
    }

    @Test
    void marksATransformWithAnUnknownFixedAttribute() {
        assertThat(transforms("00000018 01010001 00000010 0100000c 800e0080 80630001"))
                .containsExactly(new Transform(1, 12, 128, true));
    }

    @Test
    void marksATransformWithAnUnknownVariableAttribute() {
        assertThat(transforms("0000001b 01010001 00000013 0100000c 00630003 aabbcc 800e0100"))
                .containsExactly(new Transform(1, 12, 256, true));
    }

    @Test
    void marksATransformWithTwoKeyLengths() {
        assertThat(transforms("00000018 01010001 00000010 0100000c 800e0080 800e0100"))
                .containsExactly(new Transform(1, 12, 128, true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"800e0000 800e0080", "800e0080 800e0000"})
    void marksATransformWithAKeyOfNoBits(String attributes) {
        assertThat(transforms("00000018 01010001 00000010 0100000c" + attributes))
                .containsExactly(new Transform(1, 12, 128, true));
    }

    @Test
    void acceptsAProposalWithoutTransformsForTheSelectionToRefuse() {
        assertThat(transforms("00000008 01010000")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "no proposal                        | ''",
        "more announced, none there         | 02000010 01010001 00000008 02000005",
        "last, yet another one behind       | 00000010 01010001 00000008 02000005 00000010 01010001 00000008 02000005",
        "marker of another substructure     | 03000010 01010001 00000008 02000005",
        "one transform more than announced  | 00000018 01010001 03000008 02000005 00000008 02000006",
        "one transform less than announced  | 00000010 01010002 00000008 02000005",
        "transform announced, none there    | 00000008 01010001",
        "transform marker of a proposal     | 00000018 01010002 02000008 02000005 00000008 02000006",
        "proposal shorter than its header   | 00000003 01010000",
        "proposal longer than the payload   | 00000011 01010001 00000008 02000005",
        "transform longer than its proposal | 00000010 01010001 00000009 02000005",
        "transform without ID               | 0000000e 01010001 00000006 0200",
        "attribute cut off                  | 00000012 01010001 0000000a 0100000c 800e",
        "variable attribute cut off         | 00000015 01010001 0000000d 0100000c 00630002 aa",
        "SPI longer than the proposal       | 00000010 0103ff01 00000008 02000005",
    })
    void refusesStructuresThatDoNotAddUp(String what, String hex) {
        assertThat(parse(hex)).as(what).isInstanceOf(PayloadChain.Malformed.class);
    }

    @Test
    void takes64ProposalsAndNoMore() {
        assertThat(parse("02000008 01010000".repeat(63) + "00000008 01010000")).isInstanceOf(PayloadChain.Ok.class);
        assertThat(Wire.reason(parse("02000008 01010000".repeat(64) + "00000008 01010000")))
                .isEqualTo("SA: more than 64 proposals");
    }

    @Test
    void refusesToEmitWhatWasNotKept() {
        Proposal proposal = new Proposal(1, 1, Octets.EMPTY, List.of(new Transform(1, 12, 128, true)));
        assertThatThrownBy(() -> Wire.emit(new SaPayload(List.of(proposal))))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
