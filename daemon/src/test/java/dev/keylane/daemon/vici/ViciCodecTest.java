package dev.keylane.daemon.vici;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.wire.Octets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ViciCodecTest {
    static final ViciMessage SAMPLE = ViciMessage.builder()
            .set("key1", "value1")
            .section("section1", ViciMessage.builder()
                    .section("sub", ViciMessage.builder().set("inner", "").build())
                    .list("list1", List.of("item1", "item2"))
                    .build())
            .list("none", List.of())
            .set("raw", Octets.of(0, 255, 6, 2))
            .build();

    @Test
    void writesTheOctetsOfTheProtocol() {
        ViciPacket packet = ViciPacket.request("ab", ViciMessage.builder()
                .set("k", "v").section("s", ViciMessage.builder().list("l", List.of("x", "")).build()).build());
        assertThat(ViciWriter.segment(packet)).contains(Octets.ofHex(
                "00000019 00 02 6162  03 01 6b 0001 76  01 01 73  04 01 6c  05 0001 78  05 0000  06 02"));
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatItWrote(ViciPacket.Kind kind) {
        ViciPacket packet = new ViciPacket(kind, kind.isNamed() ? "list-sa" : "", SAMPLE);
        assertThat(read(payload(packet))).isEqualTo(new ViciReader.Packet(packet));
    }

    @Test
    void keepsNamesAndValuesOfTheGreatestLength() {
        ViciMessage message = ViciMessage.builder().set("n".repeat(255), "v".repeat(65_535)).build();
        assertThat(read(payload(ViciPacket.response(message))))
                .isEqualTo(new ViciReader.Packet(ViciPacket.response(message)));
    }

    @Test
    void doesNotWriteWhatTheFormatCannotSay() {
        assertThat(segmentOf("n".repeat(256), "v")).isEmpty();
        assertThat(segmentOf("n", "v".repeat(65_536))).isEmpty();
        ViciMessage.Builder large = ViciMessage.builder();
        for (int i = 0; i < 8; i++) {
            large.set("k", "v".repeat(65_535));
        }
        assertThat(ViciWriter.segment(ViciPacket.response(large.build()))).isEmpty();
    }

    private static Optional<Octets> segmentOf(String name, String value) {
        return ViciWriter.segment(ViciPacket.response(ViciMessage.builder().set(name, value).build()));
    }

    @ParameterizedTest
    @CsvSource({
        "'',cut short at octet 0",
        "08,unknown packet type 8",
        "00,cut short at octet 1",
        "0003 6162,cut short at octet 4",
        "0001 ff,a name that is not UTF-8",
        "0107,element type 7 out of place",
        "0105 0000,element type 5 out of place",
        "0102,the end of a section that was not begun",
        "010101 73,a section without end",
        "010401 6c,cut short at octet 4",
        "010401 6c 03,a list without end",
        "010401 6c 050002 78,cut short at octet 8",
        "010301 6b 0002 78,cut short at octet 7",
    })
    void saysWhatIsMalformed(String hex, String reason) {
        assertThat(read(Octets.ofHex(hex))).isEqualTo(new ViciReader.Malformed(reason));
    }

    @Test
    void refusesDeepNestingAndOversizeBeforeWorkingOnThem() {
        String deep = "01" + "010173".repeat(40) + "02".repeat(40);
        assertThat(read(Octets.ofHex(deep))).isEqualTo(new ViciReader.Malformed("sections nested too deeply"));
        assertThat(read(Octets.wrap(new byte[ViciPacket.MAX_SIZE + 1])))
                .isEqualTo(new ViciReader.Malformed("a segment of 524289 octets"));
    }

    @Test
    void findsElementsByKindAndName() {
        assertThat(SAMPLE.text("key1")).contains("value1");
        assertThat(SAMPLE.text("section1")).isEmpty();
        assertThat(SAMPLE.value("raw")).contains(Octets.of(0, 255, 6, 2));
        assertThat(SAMPLE.section("section1").orElseThrow().list("list1")).containsExactly("item1", "item2");
        assertThat(SAMPLE.list("missing")).isEmpty();
    }

    @Test
    void doesNotPrintValues() {
        assertThat(ViciMessage.builder().set("data", "s3cret").list("l", List.of("s3cret")).build().toString())
                .doesNotContain("s3cret");
    }

    static Octets payload(ViciPacket packet) {
        Octets segment = ViciWriter.segment(packet).orElseThrow();
        return segment.slice(4, segment.length());
    }

    static ViciReader.Decoded read(Octets payload) {
        return ViciReader.read(payload);
    }

    @Test
    void theSizeOfAMessageIsWhatIsWrittenOfIt() {
        ViciMessage message = ViciMessage.builder().set("key", "välue").list("list", List.of("", "item")).list("none", List.of())
                .section("sectiön", ViciMessage.builder().set("k", "").section("empty", ViciMessage.EMPTY).build()).build();
        // The length field and the kind of packet come before it.
        assertThat(ViciWriter.segment(ViciPacket.response(message)).orElseThrow().length()).isEqualTo(4 + 1 + ViciSize.of(message));
    }
}
