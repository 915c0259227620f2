package dev.keylane.steering.program;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import dev.keylane.steering.SteeredSa;
import org.junit.jupiter.api.Test;

class SaKeyTest {
    @Test
    void liesAsTheProgramBuildsIt() {
        assertThat(Octets.wrap(SaKey.of(IpAddress.of("192.0.2.1"), 0xc0ffee01)))
                .isEqualTo(Octets.ofHex("c0000201 00000000 00000000 00000000 c0ffee01 04000000"));
        assertThat(Octets.wrap(SaKey.of(SteeredSa.inUdp(IpAddress.of("2001:db8::9"), 0x1001, 4500))))
                .isEqualTo(Octets.ofHex("20010db8 00000000 00000000 00000009 00001001 06000000"));
    }

    @Test
    void isReadBack() {
        for (String address : new String[] {"192.0.2.1", "2001:db8::9", "c000:201::"}) {
            byte[] key = SaKey.of(IpAddress.of(address), 0x80000001);
            assertThat(SaKey.address(key)).isEqualTo(IpAddress.of(address));
            assertThat(SaKey.spi(key)).isEqualTo(0x80000001);
        }
    }

    @Test
    void entriesAreReadBack() {
        SaEntry entry = new SaEntry(513, 1L << 40);
        assertThat(entry.octets()).hasSize(SaEntry.SIZE);
        assertThat(SaEntry.read(entry.octets())).isEqualTo(entry);
    }
}
