package dev.keylane.ike.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class OctetWriterTest {
    @Test
    void writesBigEndianAndGrows() {
        OctetWriter out = new OctetWriter(1).u8(1).u16(0x0203).u32(0x04050607).u64(0x08090a0b0c0d0e0fL)
                .octets(Octets.of(0x10, 0x11)).zeros(2);
        assertThat(out.toOctets().toHex()).isEqualTo("0102030405060708090a0b0c0d0e0f10110000");
    }

    @Test
    void growsByEveryKindOfField() {
        assertThat(new OctetWriter(0).u8(1).toOctets()).isEqualTo(Octets.of(1));
        assertThat(new OctetWriter(1).u8(1).u8(2).toOctets()).isEqualTo(Octets.of(1, 2));
        assertThat(new OctetWriter(0).u16(1).toOctets()).isEqualTo(Octets.of(0, 1));
        assertThat(new OctetWriter(0).u32(1).toOctets()).isEqualTo(Octets.of(0, 0, 0, 1));
        assertThat(new OctetWriter(0).octets(Octets.of(1)).toOctets()).isEqualTo(Octets.of(1));
    }

    @Test
    void patchesWhatWasWritten() {
        OctetWriter out = new OctetWriter(8).zeros(8);
        out.patch16(1, 0xaabb);
        out.patch32(4, 0xc0d0e0f0);
        assertThat(out.toOctets().toHex()).isEqualTo("00aabb00c0d0e0f0");
    }

    @Test
    void refusesALengthThatDoesNotFit() {
        OctetWriter out = new OctetWriter(2).zeros(2);
        assertThatThrownBy(() -> out.patch16(0, 65_536)).isInstanceOf(IllegalArgumentException.class);
    }
}
