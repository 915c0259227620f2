package dev.keylane.netfilter;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EspPacketTest {
    private static final String V4_ADDRESSES = "0a000001" + "0a000002";
    private static final String V6_ADDRESSES = "fd000000000000000000000000000001".repeat(2);
    private static final String UDP = "1194119400180000";

    @ParameterizedTest(name = "{0}")
    @CsvSource({
            "ESP, 45, 32, ''",
            "ESP behind IPv4 options, 47, 32, 0101010101010100",
            "ESP in UDP, 45, 11, " + UDP,
    })
    void isFoundInIpv4(String what, String first, String protocol, String between) {
        assertThat(spi(first + "00001c0000000040" + protocol + "0000" + V4_ADDRESSES + between + "c0001234" + "00000001"))
                .isEqualTo(0xc0001234);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
            "ESP, 32, ''",
            "ESP in UDP, 11, " + UDP,
            "behind hop-by-hop and destination options, 00, 3c00010400000000" + "3201010c000000000000000000000000",
    })
    void isFoundInIpv6(String what, String next, String between) {
        assertThat(spi("600000000020" + next + "40" + V6_ADDRESSES + between + "c0001234")).isEqualTo(0xc0001234);
    }

    @Test
    void isNotFoundWhereItIsNot() {
        assertThat(spi("")).isZero();
        assertThat(spi("00".repeat(64))).isZero();
        assertThat(spi("4500001c0000000040060000" + V4_ADDRESSES + "c0001234")).as("TCP").isZero();
        assertThat(spi("60000000002006" + "40" + V6_ADDRESSES + "c0001234")).as("TCP").isZero();
    }

    /** Whatever is cut off, nothing beyond the end is read. */
    @Test
    void survivesEveryTruncation() {
        for (String packet : new String[] {"4500001c0000000040110000" + V4_ADDRESSES + UDP + "c0001234",
                "4f00001c0000000040320000" + V4_ADDRESSES,
                "60000000002000" + "40" + V6_ADDRESSES + "3cff010400000000" + "c0001234"}) {
            for (int length = 0; length < packet.length(); length += 2) {
                assertThat(spi(packet.substring(0, length))).isZero();
            }
        }
    }

    private static int spi(String hex) {
        return EspPacket.spi(MemorySegment.ofArray(HexFormat.of().parseHex(hex)));
    }
}
