package dev.keylane.ike.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.ike.policy.AddressPattern;
import dev.keylane.ike.policy.Authentication;
import dev.keylane.ike.policy.Connection;
import dev.keylane.ike.policy.Endpoints;
import dev.keylane.ike.policy.Identification;
import dev.keylane.ike.policy.IkeOptions;
import dev.keylane.ike.proposal.ProposalText;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConnectionSelectionTest {
    private static final IpAddress HERE = IpAddress.of("192.0.2.1");
    private static final IpAddress THERE = IpAddress.of("198.51.100.7");
    private static final AddressPattern NET = new AddressPattern(IpAddress.of("198.51.100.0"),
            IpAddress.of("198.51.100.255"), "198.51.100.0/24");

    @Test
    void theClosestAddressesComeFirst() {
        Connection anybody = connection("anybody", AddressPattern.ANY, AddressPattern.ANY, "%any");
        Connection net = connection("net", AddressPattern.ANY, NET, "%any");
        Connection exact = connection("exact", AddressPattern.ANY, AddressPattern.of(THERE), "%any");
        Connection both = connection("both", AddressPattern.of(HERE), AddressPattern.of(THERE), "%any");
        Connection elsewhere = connection("elsewhere", AddressPattern.ANY, AddressPattern.of(HERE), "%any");
        assertThat(ConnectionSelection.byAddress(List.of(anybody, net, exact, elsewhere, both), HERE, THERE))
                .containsExactly(both, exact, net, anybody);
    }

    @Test
    void equallyCloseOnesKeepTheirOrder() {
        Connection first = connection("first", AddressPattern.ANY, NET, "a");
        Connection second = connection("second", AddressPattern.ANY, NET, "b");
        assertThat(ConnectionSelection.byAddress(List.of(first, second), HERE, THERE)).containsExactly(first, second);
        assertThat(ConnectionSelection.byAddress(List.of(second, first), HERE, THERE)).containsExactly(second, first);
    }

    @Test
    void theBestIdentityWinsOverTheOrder() {
        Connection any = connection("any", AddressPattern.ANY, AddressPattern.ANY, "%any");
        Connection wild = connection("wild", AddressPattern.ANY, AddressPattern.ANY, "*.example.org");
        Connection exact = connection("exact", AddressPattern.ANY, AddressPattern.ANY, "a.example.org");
        List<Connection> all = List.of(any, wild, exact);
        assertThat(select(all, "a.example.org", null)).isEqualTo("exact");
        assertThat(select(all, "b.example.org", null)).isEqualTo("wild");
        assertThat(select(all, "stranger", null)).isEqualTo("any");
        assertThat(select(List.of(wild, exact), "stranger", null)).isEqualTo("none");
    }

    @Test
    void theIdentityThePeerWantsMustBeOurs() {
        List<Connection> all = List.of(connection("one", AddressPattern.ANY, AddressPattern.ANY, "%any"));
        assertThat(select(all, "peer", "me")).isEqualTo("one");
        assertThat(select(all, "peer", "you")).isEqualTo("none");
    }

    @Test
    void withoutAnIdentityWeAreOurAddress() {
        Connection nameless = new Connection("nameless", new Endpoints(List.of(AddressPattern.ANY),
                List.of(AddressPattern.ANY), 0, 0), ProposalText.parseIke("default").orElseThrow(),
                new Authentication(Identification.ANY), new Authentication(Identification.ANY), IkeOptions.DEFAULT,
                List.of());
        assertThat(ConnectionSelection.own(nameless, HERE)).isEqualTo(Identification.of(HERE));
        IpAddress v6 = IpAddress.of("2001:db8::1");
        assertThat(ConnectionSelection.own(nameless, v6)).isEqualTo(Identification.of(v6));
    }

    private static String select(List<Connection> all, String peer, @Nullable String wanted) {
        return ConnectionSelection.byIdentity(all, HERE, Identification.parse(peer),
                wanted == null ? null : Identification.parse(wanted)).map(Connection::name).orElse("none");
    }

    private static Connection connection(String name, AddressPattern local, AddressPattern remote, String peer) {
        return new Connection(name, new Endpoints(List.of(local), List.of(remote), 0, 0),
                ProposalText.parseIke("default").orElseThrow(), new Authentication(Identification.parse("me")),
                new Authentication(Identification.parse(peer)), IkeOptions.DEFAULT, List.of());
    }
}
