package dev.keylane.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ethtool.FakeDriver;
import dev.keylane.linux.Errno;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeviceMetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final FakeDriver driver = new FakeDriver();
    private boolean gone;
    private final DeviceMeters meters = new DeviceMeters(registry,
            (device, command) -> gone ? -Errno.ENODEV : driver.call(device, command));

    @Test
    void countersOfDevicesWithSasAreShown() {
        driver.counters.put("rx_packets", 1L);
        driver.counters.put("ipsec_rx_pkts", 5L);
        driver.counters.put("ipsec_tx_drop_pkts", 0L);
        driver.counters.put("ipsec_ODD name", 3L);
        meters.show(Set.of());
        assertThat(registry.scrape()).doesNotContain("keylane_device");
        meters.show(Set.of("nic1"));
        assertThat(registry.scrape()).contains("keylane_device_ipsec_rx_pkts_total{device=\"nic1\"} 5.0",
                "keylane_device_ipsec_tx_drop_pkts_total{device=\"nic1\"} 0.0").doesNotContain("rx_packets", "odd", "ODD");
    }

    @Test
    void theyAreReadOnWithoutSasAndEndWithTheDevice() {
        driver.counters.put("ipsec_rx_pkts", 5L);
        meters.show(Set.of("nic1"));
        driver.counters.put("ipsec_rx_pkts", 9L);
        meters.show(Set.of());
        assertThat(registry.scrape()).contains("keylane_device_ipsec_rx_pkts_total{device=\"nic1\"} 9.0");
        gone = true;
        meters.show(Set.of());
        assertThat(registry.scrape()).doesNotContain("keylane_device");
        gone = false;
        meters.show(Set.of());
        assertThat(registry.scrape()).as("a device of that name without SAs").doesNotContain("keylane_device");
    }
}
