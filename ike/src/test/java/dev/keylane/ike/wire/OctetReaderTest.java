package dev.keylane.ike.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OctetReaderTest {
    private static OctetReader over(int... octets) {
        return new OctetReader(Octets.of(octets).borrow(), 0, octets.length);
    }

    @Test
    void readsBigEndianFieldsAsUnsigned() {
        OctetReader in = over(0xff, 0xfe, 0xfd, 0x80, 0, 0, 1, 0xff, 0, 0, 0, 0x80, 0, 0, 2);
        assertThat(in.u8()).isEqualTo(0xff);
        assertThat(in.u16()).isEqualTo(0xfefd);
        assertThat(in.u32()).isEqualTo(0x80000001);
        assertThat(in.u64()).isEqualTo(0xff00000080000002L);
        in.end();
    }

    @Test
    void aSubReaderEndsWhereItWasTold() {
        OctetReader in = over(1, 2, 3, 4);
        OctetReader sub = in.sub(2);
        assertThat(in.position()).isEqualTo(2);
        assertThat(sub.u8()).isEqualTo(1);
        assertThatThrownBy(sub::u16).isInstanceOf(SyntaxSignal.class);
        assertThat(sub.rest()).isEqualTo(Octets.of(2));
        assertThat(in.rest()).isEqualTo(Octets.of(3, 4));
    }

    @Test
    void aFailedReadMovesNothing() {
        OctetReader in = over(1, 2, 3);
        assertThatThrownBy(in::u32).isInstanceOf(SyntaxSignal.class);
        assertThatThrownBy(() -> in.octets(4)).isInstanceOf(SyntaxSignal.class);
        assertThatThrownBy(() -> in.sub(-1)).isInstanceOf(SyntaxSignal.class);
        assertThatThrownBy(() -> in.skip(Integer.MAX_VALUE)).isInstanceOf(SyntaxSignal.class);
        assertThat(in.remaining()).isGreaterThanOrEqualTo(1);
    }

    @Test
    void leftoversAreASyntaxError() {
        OctetReader in = over(1, 2);
        in.u8();
        assertThatThrownBy(in::end).isInstanceOf(SyntaxSignal.class).hasMessage("octets behind the last field");
    }

    @Test
    void theSignalCarriesNoStackTrace() {
        assertThat(new SyntaxSignal("x").getStackTrace()).isEmpty();
    }
}
