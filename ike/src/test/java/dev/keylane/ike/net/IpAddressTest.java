package dev.keylane.ike.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {
    /** RFC 5952 §4 and §5. */
    @ParameterizedTest
    @CsvSource({"2001:db8::1, 2001:db8::1", "2001:0DB8:0:0:0:0:0:1, 2001:db8::1", "::, ::", "::1, ::1", "1::, 1::",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1", "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "1:0:0:2:0:0:0:3, 1:0:0:2::3", "fe80::, fe80::", "::ffff:192.0.2.1, ::ffff:c000:201",
        "192.0.2.1, 192.0.2.1", "0.0.0.0, 0.0.0.0", "255.255.255.255, 255.255.255.255"})
    void textIsCanonicalAndReadBack(String literal, String canonical) {
        assertThat(IpAddress.of(literal)).hasToString(canonical);
        assertThat(IpAddress.of(canonical)).isEqualTo(IpAddress.of(literal));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "1.2.3", "1.2.3.4.5", "256.1.1.1", "1.2.3.-4", "fe80::1%eth0", "1::2::3",
        "[::1]", ":", "12345::", "1.2.3.4/24", " 1.2.3.4", "1,2,3,4", "::1.2.3", "0x7f.0.0.1", "1", "١.٢.٣.٤"})
    void whatIsNoLiteralIsRefused(String text) {
        assertThat(IpAddress.parse(text)).isEmpty();
    }

    @Test
    void hostBitsAreClearedAndSet() {
        IpAddress v4 = IpAddress.of("192.0.2.129");
        assertThat(v4.withHostBits(25, false)).hasToString("192.0.2.128");
        assertThat(v4.withHostBits(25, true)).hasToString("192.0.2.255");
        assertThat(v4.withHostBits(32, false)).isEqualTo(v4);
        assertThat(v4.withHostBits(0, false)).isEqualTo(IpAddress.ANY_V4);
        assertThat(IpAddress.of("2001:db8::1").withHostBits(64, true)).hasToString("2001:db8::ffff:ffff:ffff:ffff");
    }

    @Test
    void orderIsThatOfUnsignedNumbersIpv4First() {
        assertThat(IpAddress.of("127.0.0.1")).isLessThan(IpAddress.of("128.0.0.1"));
        assertThat(IpAddress.of("255.255.255.255")).isLessThan(IpAddress.of("::"));
        assertThat(IpAddress.of("::")).isLessThan(IpAddress.of("ff00::"));
    }

    @Test
    void javaAddressesComeBack() {
        for (String literal : new String[] {"192.0.2.1", "2001:db8::1"}) {
            assertThat(IpAddress.of(IpAddress.of(literal).toInetAddress())).hasToString(literal);
        }
        assertThat(IpAddress.ANY_V6.isUnspecified()).isTrue();
        assertThat(IpAddress.of("0.0.0.1").isUnspecified()).isFalse();
    }
}
