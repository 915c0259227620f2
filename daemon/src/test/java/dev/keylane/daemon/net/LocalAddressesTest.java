package dev.keylane.daemon.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.policy.PolicyBook;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LocalAddressesTest {
    private static final IpAddress ONE = IpAddress.of("192.0.2.1");
    private static final IpAddress TWO = IpAddress.of("2001:db8::2");

    private static PolicyBook book(AddressPattern... locals) {
        return new PolicyBook(Arrays.stream(locals).map(local -> new Connection(local.toString(),
                new Endpoints(List.of(local), List.of(AddressPattern.ANY), 0, 0), List.of(), new Authentication(null),
                new Authentication(null), IkeOptions.DEFAULT, List.of())).toList(), List.of());
    }

    @Test
    void thoseOfTheConnections() {
        assertThat(LocalAddresses.wanted(List.of(), book(AddressPattern.of(ONE), AddressPattern.of(TWO),
                AddressPattern.of(ONE)))).containsExactly(ONE, TWO);
        assertThat(LocalAddresses.wanted(List.of(), PolicyBook.EMPTY)).isEmpty();
    }

    @Test
    void thoseAskedForGoBeforeThoseOfTheConnections() {
        assertThat(LocalAddresses.wanted(List.of(TWO), book(AddressPattern.of(ONE)))).containsExactly(TWO);
        assertThat(LocalAddresses.wanted(List.of(TWO), PolicyBook.EMPTY)).containsExactly(TWO);
    }

    @Test
    void anyAddressIsWhatTheInterfacesHaveButNoLoopback() {
        assertThat(LocalAddresses.wanted(List.of(), book(AddressPattern.ANY)))
                .noneMatch(address -> address.toInetAddress().isLoopbackAddress()
                        || address.toInetAddress().isLinkLocalAddress());
    }
}
