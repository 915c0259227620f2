package dev.keylane.xfrm.software.packet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.wire.Octets;
import dev.keylane.xfrm.Selector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpPacketTest {
    /** An echo request of the ESP example in RFC 7634 Appendix A. */
    private static final String ECHO = """
            45000054 a6f20000 4001e778 c6336405 c0000205 08005b7a 3a080000 553bec10
            00073627 08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f 20212223
            24252627 28292a2b 2c2d2e2f 30313233 34353637""";
    private static final String V6 = "6000 0000 %04x %02x40 20010db8000000000000000000000001"
            + "20010db8000000000000000000000002";

    private static IpPacket parse(String hex) {
        byte[] data = Octets.ofHex(hex).toByteArray();
        return IpPacket.parse(data, 0, data.length);
    }

    @Test
    void readsAnEchoRequest() {
        IpPacket packet = parse(ECHO + "ffff");
        assertThat(packet.length()).isEqualTo(84);
        assertThat(packet.headerLength()).isEqualTo(20);
        assertThat(Checksum.isV4HeaderRight(packet)).isTrue();
        assertThat(packet.flow()).isEqualTo(
                new Flow(IpAddress.of("198.51.100.5"), IpAddress.of("192.0.2.5"), 1, 8, 0));
    }

    @Test
    void findsUdpBehindOptions() {
        IpPacket packet = parse("4600 0020 0000 0000 4011 0000 0a010203 0a040506 01010100 1111 2222 0008 0000");
        assertThat(packet.flow()).isEqualTo(
                new Flow(IpAddress.of("10.1.2.3"), IpAddress.of("10.4.5.6"), 17, 0x1111, 0x2222));
    }

    @Test
    void aLaterFragmentHasNoPorts() {
        IpPacket packet = parse("4500 001c 0000 0010 4011 0000 0a010203 0a040506 1111 2222 0008 0000");
        assertThat(packet.isFragment()).isTrue();
        assertThat(packet.flow().destinationPort()).isZero();
        IpPacket first = parse("4500 001c 0000 2000 4011 0000 0a010203 0a040506 1111 2222 0008 0000");
        assertThat(first.isFragment()).isTrue();
        assertThat(first.flow().destinationPort()).isEqualTo(0x2222);
    }

    @Test
    void walksExtensionHeadersOfIpv6() {
        String hopByHop = "3c00 010400000000";
        String options = "1101 010c000000000000000000000000";
        IpPacket packet = parse(V6.formatted(8 + 16 + 8, 0) + hopByHop + options + "1111 2222 0008 0000");
        assertThat(packet.protocol()).isZero();
        assertThat(packet.upperProtocol()).isEqualTo(17);
        assertThat(packet.upperOffset()).isEqualTo(64);
        assertThat(packet.flow()).isEqualTo(
                new Flow(IpAddress.of("2001:db8::1"), IpAddress.of("2001:db8::2"), 17, 0x1111, 0x2222));
    }

    @Test
    void knowsFragmentsOfIpv6() {
        IpPacket first = parse(V6.formatted(16, 44) + "1100 0001 00000001" + "1111 2222 0008 0000");
        assertThat(first.isFragment()).isTrue();
        assertThat(first.flow().sourcePort()).isEqualTo(0x1111);
        IpPacket later = parse(V6.formatted(16, 44) + "1100 0009 00000001" + "1111 2222 0008 0000");
        assertThat(later.isFragment()).isTrue();
        assertThat(later.flow().protocol()).isEqualTo(17);
        assertThat(later.flow().sourcePort()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
            "'', empty",
            "4500 001d 0000 0000 4011 0000 0a010203 0a040506 1111 2222 0008 0000, longer than it is",
            "4500 0013 0000 0000 4011 0000 0a010203 0a040506, shorter than its header",
            "4400 0014 0000 0000 4011 0000 0a010203 0a040506, header of 16",
            "4600 0014 0000 0000 4011 0000 0a010203 0a040506, header longer than packet",
            "7500 0014 0000 0000 4011 0000 0a010203 0a040506, version 7"})
    void refusesWhatIsNoPacket(String hex, String why) {
        assertThat(parse(hex)).as(why).isNull();
    }

    @Test
    void refusesExtensionHeadersThatDoNotFit() {
        assertThat(parse(V6.formatted(8, 0) + "1101 010400000000")).isNull();
        assertThat(parse(V6.formatted(4, 0) + "1100 0104")).isNull();
        assertThat(parse(V6.formatted(1, 17))).isNull();
        assertThat(parse(V6.formatted(0, 59))).isNotNull();
    }

    @Test
    void aFlowsOwnSelectorHasIt() {
        Flow flow = parse(ECHO).flow();
        Selector narrow = flow.selector();
        assertThat(flow.matches(narrow)).isTrue();
        assertThat(flow.matches(Selector.any(true))).isTrue();
        assertThat(flow.matches(Selector.any(false))).isFalse();
        assertThat(new Flow(flow.source(), flow.destination(), 1, 0, 0).matches(narrow)).isFalse();
        assertThat(new Flow(flow.destination(), flow.source(), 1, 8, 0).matches(narrow)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"10.1.2.3,10.0.0.0,8,true", "10.1.2.3,10.1.2.0,31,false", "10.1.2.3,10.1.2.2,31,true",
        "10.1.2.3,11.0.0.0,7,true", "10.1.2.3,12.0.0.0,7,false", "10.1.2.3,10.1.2.3,32,true",
        "2001:db8::1,2001:db8::,33,true", "2001:db8::1,2001:db8:8000::,33,false"})
    void prefixesAreComparedToTheBit(String address, String net, int prefix, boolean inside) {
        IpAddress any = IpAddress.of(address).isV4() ? IpAddress.ANY_V4 : IpAddress.ANY_V6;
        Flow flow = new Flow(IpAddress.of(address), any, 17, 1, 2);
        Selector selector = new Selector(IpAddress.of(net), prefix, any, 0, 0, Selector.Port.ANY, Selector.Port.ANY,
                0);
        assertThat(flow.matches(selector)).isEqualTo(inside);
    }
}
