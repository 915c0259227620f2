package dev.keylane.daemon.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.child.Path;
import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.net.IpEndpoint;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.EndpointSettings;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.IkeOptions;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class InitialPathTest {
    private static final AddressPattern V4 = AddressPattern.of(IpAddress.of("192.0.2.1"));
    private static final AddressPattern PEER = AddressPattern.of(IpAddress.of("198.51.100.1"));
    private static final AddressPattern PEER_V6 = AddressPattern.of(IpAddress.of("2001:db8::1"));

    /** Routes lead to the IPv4 peer alone. */
    private static final HostNetwork NETWORK = new HostNetwork() {
        @Override
        public Optional<String> deviceOf(IpAddress local) {
            return Optional.empty();
        }

        @Override
        public OptionalInt indexOf(String device) {
            return OptionalInt.empty();
        }

        @Override
        public Optional<IpAddress> sourceFor(IpAddress remote) {
            return remote.isV4() ? Optional.of(IpAddress.of("192.0.2.99")) : Optional.empty();
        }
    };

    private static Optional<Path> path(AddressPattern local, AddressPattern remote, int localPort, int remotePort) {
        return InitialPath.of(connection(local, remote, localPort, remotePort), EndpointSettings.DEFAULT, NETWORK);
    }

    private static Connection connection(AddressPattern local, AddressPattern remote, int localPort, int remotePort) {
        return new Connection("c", new Endpoints(List.of(local), List.of(remote), localPort, remotePort),
                List.of(), new Authentication(null), new Authentication(null), IkeOptions.DEFAULT, List.of());
    }

    private static Optional<Path> between(String local, int localPort, String remote, int remotePort) {
        return Optional.of(new Path(new IpEndpoint(IpAddress.of(local), localPort),
                new IpEndpoint(IpAddress.of(remote), remotePort)));
    }

    @Test
    void aNameWithoutAnAddressIsWaitedForInCharonsWords() {
        AddressPattern unknown = AddressPattern.unresolved("gw.example.org");
        assertThat(path(AddressPattern.ANY, unknown, 0, 0)).isEmpty();
        assertThat(path(unknown, PEER, 0, 0)).as("another address of ours is not the one that is named").isEmpty();
        assertThat(InitialPath.reasonAgainst(connection(AddressPattern.ANY, unknown, 0, 0)))
                .isEqualTo("unable to resolve gw.example.org, initiate aborted");
        assertThat(InitialPath.reasonAgainst(connection(AddressPattern.ANY, PEER_V6, 0, 0)))
                .isEqualTo("no address to initiate from or to");
    }

    @Test
    void runsBetweenTheConfiguredAddresses() {
        assertThat(path(V4, PEER, 0, 0)).isEqualTo(between("192.0.2.1", 500, "198.51.100.1", 500));
    }

    @Test
    void leavesFromWhereTheRouteDoesWhenNothingIsConfigured() {
        assertThat(path(AddressPattern.ANY, PEER, 0, 0)).isEqualTo(between("192.0.2.99", 500, "198.51.100.1", 500));
        assertThat(path(AddressPattern.ANY, PEER_V6, 0, 0)).isEmpty();
    }

    @Test
    void needsAPeerOfTheSameFamily() {
        assertThat(path(V4, AddressPattern.ANY, 0, 0)).isEmpty();
        assertThat(path(V4, PEER_V6, 0, 0)).isEmpty();
    }

    @Test
    void aPortOfItsOwnIsSpokenToFromTheSocketWithTheMarker() {
        assertThat(path(V4, PEER, 0, 4500)).isEqualTo(between("192.0.2.1", 4500, "198.51.100.1", 4500));
        assertThat(path(V4, PEER, 0, 1234)).isEqualTo(between("192.0.2.1", 4500, "198.51.100.1", 1234));
        assertThat(path(V4, PEER, 4500, 0)).isEqualTo(between("192.0.2.1", 4500, "198.51.100.1", 500));
    }
}
