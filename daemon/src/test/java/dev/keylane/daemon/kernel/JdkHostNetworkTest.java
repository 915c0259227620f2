package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JdkHostNetworkTest {
    private final HostNetwork network = new JdkHostNetwork();
    private final IpAddress loopback = IpAddress.of("127.0.0.1");

    @Test
    void theLoopbackDeviceHasItsAddressAndNumber() {
        String device = network.deviceOf(loopback).orElseThrow();
        assertThat(network.indexOf(device).orElseThrow()).isPositive();
        assertThat(network.sourceFor(loopback)).contains(loopback);
    }

    @Test
    void whatIsNotThereIsEmpty() {
        assertThat(network.deviceOf(IpAddress.of("203.0.113.77"))).isEmpty();
        assertThat(network.indexOf("no-such-device")).isEmpty();
    }

    @Test
    void packetsToThisMachineLeaveByItsLoopback() {
        assertThat(network.egress(loopback, loopback)).isEqualTo(network.deviceOf(loopback).stream().collect(Collectors.toSet()));
    }
}
