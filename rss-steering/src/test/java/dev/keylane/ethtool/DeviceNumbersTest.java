package dev.keylane.ethtool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.linux.Errno;
import dev.keylane.linux.NetNamespace;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class DeviceNumbersTest {
    private final FakeDriver driver = new FakeDriver();

    @Test
    void featuresAreOnOffOrNotToBeHad() {
        for (int i = 0; i < 40; i++) {
            driver.features.put("filler-" + i, "000");
        }
        driver.features.put("esp-hw-offload", "110");
        driver.features.put("esp-tx-csum-hw-offload", "100");
        driver.features.put("tx-esp-segmentation", "000");
        driver.features.put("tx-lockless", "111");
        DeviceFeatures features = value(DeviceFeatures.read(driver, "eth0"));
        assertThat(features.of("esp-hw-offload")).isEqualTo(DeviceFeatures.State.ON);
        assertThat(features.of("esp-tx-csum-hw-offload")).isEqualTo(DeviceFeatures.State.OFF);
        assertThat(features.of("tx-esp-segmentation")).isEqualTo(DeviceFeatures.State.ABSENT);
        assertThat(features.of("tx-lockless")).isEqualTo(DeviceFeatures.State.FIXED);
        assertThat(features.of("unheard-of")).isEqualTo(DeviceFeatures.State.ABSENT);
    }

    @Test
    void countersAreReadByThePrefixOfTheirNames() {
        driver.counters.put("rx_packets", 7L);
        driver.counters.put("ipsec_rx_pkts", 5L);
        driver.counters.put("ipsec_tx_drop_pkts", 1L << 40);
        assertThat(value(DeviceCounters.read(driver, "eth0", "ipsec_")))
                .containsExactly(Map.entry("ipsec_rx_pkts", 5L), Map.entry("ipsec_tx_drop_pkts", 1L << 40));
        assertThat(value(DeviceCounters.read(driver, "eth0", "nothing_"))).isEmpty();
        driver.newCounters = 3;
        assertThat(value(DeviceCounters.read(driver, "eth0", "ipsec_"))).hasSize(2);
    }

    @Test
    void aDriverWithoutCountersHasNone() {
        assertThat(value(DeviceCounters.read(driver, "eth0", "ipsec_"))).isEmpty();
        Ethtool mad = (_, command) -> {
            command[8] = 2;
            command[19] = 0x7f;
            return 0;
        };
        assertThat(DeviceCounters.read(mad, "eth0", "ipsec_")).isInstanceOf(Answer.Refused.class);
    }

    @Test
    void channelsAreCountedForReceiving() {
        assertThat(Channels.read(driver, "eth0")).isEqualTo(new Answer.Refused<>("ETHTOOL_GCHANNELS", Errno.EOPNOTSUPP));
        driver.channels = List.of(1, 8, 0, 4);
        Channels channels = value(Channels.read(driver, "eth0"));
        assertThat(channels.receiving()).isEqualTo(4);
        assertThat(channels.mostReceiving()).isEqualTo(9);
        assertThat(channels.combined()).isEqualTo(4);
    }

    @Test
    void theKernelKnowsItsOwnNames() {
        Assumptions.assumeTrue(NetNamespace.unavailable().isEmpty(), "no network namespaces here");
        NetNamespace.run(() -> {
            NetNamespace.ip("link add kv0 type veth peer name kv1");
            DeviceFeatures features = value(DeviceFeatures.read(Ethtool.LINUX, "kv0"));
            assertThat(features.byName()).containsKeys("esp-hw-offload", "tx-esp-segmentation");
            assertThat(features.of("tx-scatter-gather")).isEqualTo(DeviceFeatures.State.ON);
            assertThat(value(DeviceCounters.read(Ethtool.LINUX, "kv0", ""))).isNotEmpty();
            assertThat(value(DeviceCounters.read(Ethtool.LINUX, "kv0", "ipsec_"))).isEmpty();
            assertThat(value(Channels.read(Ethtool.LINUX, "kv0")).receiving()).isPositive();
        });
    }

    private static <T> T value(Answer<T> answer) {
        return ((Answer.Is<T>) answer).value();
    }
}
