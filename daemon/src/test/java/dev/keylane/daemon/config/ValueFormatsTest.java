package dev.keylane.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.KernelOptions.Mark;
import dev.keylane.ike.policy.TrafficSelector;
import dev.keylane.ike.policy.TsPattern;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueFormatsTest {
    @ParameterizedTest
    @CsvSource({"0,0", "30,30", "30s,30", "30S,30", "15m,900", "4h,14400", "1d,86400", "4 h,14400", "0x10,16", "0x10m,960",
            "4294967295,4294967295"})
    void times(String text, long seconds) {
        assertThat(ValueFormats.TIME.read(text).orElseThrow()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1", "1.5h", "4hh", "4 h 3", "4294967296", "99999999999999999999", "100000d", "1w"})
    void notTimes(String text) {
        assertThat(ValueFormats.TIME.read(text).asOptional()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0,0", "1500,1500", "1k,1024", "500m,524288000", "2G,2147483648", "1 g,1073741824"})
    void octets(String text, long octets) {
        assertThat(ValueFormats.OCTETS.read(text).orElseThrow()).isEqualTo(octets);
    }

    @ParameterizedTest
    @CsvSource({"yes,true", "TRUE,true", "enabled,true", "1,true", "no,false", "False,false", "disabled,false", "0,false"})
    void booleans(String text, boolean value) {
        assertThat(ValueFormats.BOOLEAN.read(text).orElseThrow()).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"42,42,-1", "0x10/0xff,16,255", "0/0,0,0", "0x1ff/0xff,255,255", "0xffffffff,-1,-1"})
    void marks(String text, int value, int mask) {
        assertThat(SpecialFormats.MARK.read(text).orElseThrow()).isEqualTo(new Mark(value, mask));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "3.3.3.2/24 [udp/4789]  | 3.3.3.0    | 3.3.3.255   | 17 | 4789 | 4789",
            "3.3.3.2/24[17/vxlan]   | 3.3.3.0    | 3.3.3.255   | 17 | 4789 | 4789",
            "10.0.0.1               | 10.0.0.1   | 10.0.0.1    | 0  | 0    | 65535",
            "10.0.0.5-10.0.1.9      | 10.0.0.5   | 10.0.1.9    | 0  | 0    | 65535",
            "10.0.0.5 - 10.0.1.9 [tcp] | 10.0.0.5 | 10.0.1.9   | 6  | 0    | 65535",
            "0.0.0.0/0[any]         | 0.0.0.0    | 255.255.255.255 | 0 | 0 | 65535",
            "10.0.0.0/8[tcp/any]    | 10.0.0.0   | 10.255.255.255 | 6 | 0  | 65535",
            "10.0.0.0/8[%any/%any]  | 10.0.0.0   | 10.255.255.255 | 0 | 0  | 65535",
            "10.0.0.0/8[tcp/1024-65535] | 10.0.0.0 | 10.255.255.255 | 6 | 1024 | 65535",
            "10.0.0.0/8[sctp/http]  | 10.0.0.0   | 10.255.255.255 | 132 | 80 | 80",
            "10.0.0.0/8[0x11/0x35]  | 10.0.0.0   | 10.255.255.255 | 17 | 53 | 53",
            "10.0.0.0/8[udp/opaque] | 10.0.0.0   | 10.255.255.255 | 17 | 65535 | 0",
            "10.0.0.0/8[icmp]       | 10.0.0.0   | 10.255.255.255 | 1 | 0  | 65535",
            "10.0.0.0/8[icmp/8]     | 10.0.0.0   | 10.255.255.255 | 1 | 2048 | 2303",
            "10.0.0.0/8[icmp/3(4)]  | 10.0.0.0   | 10.255.255.255 | 1 | 772 | 772",
            "10.0.0.0/8[icmp/0-8]   | 10.0.0.0   | 10.255.255.255 | 1 | 0 | 2303",
            "10.0.0.0/8[icmp/2048]  | 10.0.0.0   | 10.255.255.255 | 1 | 2048 | 2048",
            "2001:db8::1/64[ipv6-icmp/128] | 2001:db8:: | 2001:db8::ffff:ffff:ffff:ffff | 58 | 32768 | 33023",
            "2001:db8::1            | 2001:db8::1 | 2001:db8::1 | 0 | 0 | 65535",
            "%any6                  | ::         | ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff | 0 | 0 | 65535"})
    void selectors(String text, String from, String to, int protocol, int start, int end) {
        assertThat(SelectorFormat.SELECTOR.read(text).orElseThrow()).isEqualTo(TsPattern.of(
                new TrafficSelector(protocol, start, end, IpAddress.of(from), IpAddress.of(to))));
    }

    @Test
    void dynamicSelectors() {
        assertThat(SelectorFormat.SELECTOR.read("dynamic").orElseThrow()).isEqualTo(TsPattern.DYNAMIC);
        assertThat(SelectorFormat.SELECTOR.read("Dynamic [udp/4789]").orElseThrow())
                .isEqualTo(new TsPattern(null, null, 17, 4789, 4789));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/255.0.0.0", "10.0.0.1-", "10.0.0.1-::1",
            "10.0.0.2-10.0.0.1", "::/129", "dynamics", "10.0.0.0/8[", "10.0.0.0/8[tcp]x", "10.0.0.0/8[tcp/]]",
            "10.0.0.0/8[256]", "10.0.0.0/8[udp/1-2-3]", "10.0.0.0/8[icmp/8(256)]", "10.0.0.0/8[icmp/256(0)]",
            "10.0.0.0/8[icmp/8-3]", "[udp/53]", "%any5"})
    void notSelectors(String text) {
        assertThat(SelectorFormat.SELECTOR.read(text).asOptional()).isEmpty();
    }

    @Test
    void addressPatterns() {
        AddressPatternReader reader = new AddressPatternReader(SampleConfig.NAMES);
        assertThat(List.of("%any", "0.0.0.0", "::")).allSatisfy(text ->
                assertThat(reader.read(text).orElseThrow().getFirst().isAny()).isTrue());
        assertThat(reader.read("%any6").orElseThrow().getFirst().matches(IpAddress.of("10.0.0.1"))).isFalse();
        assertThat(reader.read("10.1.2.3/8").orElseThrow()).singleElement().satisfies(net -> {
            assertThat(net.matches(IpAddress.of("10.255.0.1"))).isTrue();
            assertThat(net.isSingle()).isFalse();
            assertThat(net.text()).isEqualTo("10.1.2.3/8");
        });
        assertThat(reader.read("gw.example.org").orElseThrow()).extracting(p -> p.from() + " " + p.text())
                .containsExactly("192.0.2.7 gw.example.org", "2001:db8::7 gw.example.org");
    }
}
