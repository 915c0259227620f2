package dev.keylane.ike.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keylane.ike.net.IpAddress;
import org.junit.jupiter.api.Test;

class AddressPatternTest {
    private static final IpAddress LOW = IpAddress.of("10.0.0.5");
    private static final IpAddress HIGH = IpAddress.of("10.0.0.9");
    private static final AddressPattern RANGE = new AddressPattern(LOW, HIGH, "10.0.0.5-10.0.0.9");

    @Test
    void bothEndsBelongToTheRange() {
        assertThat(RANGE.matches(LOW)).isTrue();
        assertThat(RANGE.matches(HIGH)).isTrue();
        assertThat(RANGE.matches(IpAddress.of("10.0.0.4"))).isFalse();
        assertThat(RANGE.matches(IpAddress.of("10.0.0.10"))).isFalse();
        assertThat(RANGE.matches(IpAddress.of("::ffff:10.0.0.6"))).isFalse();
        assertThat(RANGE.isSingle()).isFalse();
    }

    @Test
    void anyMatchesBothFamilies() {
        assertThat(AddressPattern.ANY.matches(LOW)).isTrue();
        assertThat(AddressPattern.ANY.matches(IpAddress.of("2001:db8::1"))).isTrue();
        assertThat(AddressPattern.ANY.isSingle()).isFalse();
    }

    @Test
    void oneAddressMatchesItself() {
        AddressPattern one = AddressPattern.of(LOW);
        assertThat(one.isSingle()).isTrue();
        assertThat(one.matches(LOW)).isTrue();
        assertThat(one.matches(HIGH)).isFalse();
        assertThat(one.text()).isEqualTo("10.0.0.5");
    }

    @Test
    void endsMayNotBeExchanged() {
        assertThatThrownBy(() -> new AddressPattern(HIGH, LOW, "")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AddressPattern(LOW, IpAddress.ANY_V6, ""))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
