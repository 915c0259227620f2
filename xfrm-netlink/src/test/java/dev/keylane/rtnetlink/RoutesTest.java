package dev.keylane.rtnetlink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keylane.ike.net.IpAddress;
import dev.keylane.linux.Interfaces;
import dev.keylane.linux.NetNamespace;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class RoutesTest {
    private static final Routes.Way IPV4 = way("10.8.0.1", "203.0.113.7", 0);
    private static final Routes.Way IPV6 = way("fd00:8::1", "2001:db8::7", 0);

    @BeforeAll
    static void needsNamespaces() {
        NetNamespace.unavailable().ifPresent(Assumptions::abort);
    }

    @Test
    void theDeviceOfARouteIsFound() {
        run(routes -> {
            assertThat(routes.devices(List.of(IPV4, IPV6))).as("no route").containsExactly(Set.of(), Set.of());
            NetNamespace.ip("route add 203.0.113.0/24 via 10.8.0.2", "route add 2001:db8::/32 via fd00:9::2");
            assertThat(routes.devices(List.of(IPV4, IPV6, way("10.8.0.1", "10.9.0.5", 0))))
                    .containsExactly(Set.of(index("d8")), Set.of(index("d9")), Set.of(index("d9")));
            NetNamespace.ip("route replace 203.0.113.0/24 via 10.9.0.2");
            assertThat(routes.devices(List.of(IPV4))).as("changed").containsExactly(Set.of(index("d9")));
        });
    }

    @Test
    void allNextHopsCount() {
        run(routes -> {
            NetNamespace.ip("route add 203.0.113.0/24 nexthop via 10.8.0.2 nexthop via 10.9.0.2",
                    "route add 2001:db8::/32 nexthop via fd00:8::2 nexthop via fd00:9::2");
            Set<Integer> both = Set.of(index("d8"), index("d9"));
            assertThat(routes.devices(List.of(IPV4, IPV6))).containsExactly(both, both);
        });
    }

    @Test
    void rulesLookAtSourceAndMark() {
        run(routes -> {
            NetNamespace.ip("route add 203.0.113.0/24 via 10.8.0.2",
                    "route add 203.0.113.0/24 via 10.9.0.2 table 77", "rule add fwmark 5 lookup 77 pref 100",
                    "rule add from 10.9.0.1 lookup 77 pref 101");
            assertThat(routes.devices(List.of(IPV4, way("10.8.0.1", "203.0.113.7", 5), way("10.9.0.1", "203.0.113.7", 0))))
                    .containsExactly(Set.of(index("d8")), Set.of(index("d9")), Set.of(index("d9")));
        });
    }

    @Test
    void kindsOfLinks() {
        run(routes -> {
            assertThat(routes.linkType(index("d8"))).hasValue(1);
            assertThat(routes.linkType(1)).as("loopback").hasValue(772);
            assertThat(routes.linkType(4711)).isEmpty();
        });
    }

    private static void run(Consumer<Routes> test) {
        NetNamespace.run(() -> {
            NetNamespace.ip("link add d8 type veth peer name p8", "link add d9 type veth peer name p9",
                    "link set lo up", "link set d8 up", "link set p8 up", "link set d9 up", "link set p9 up", "addr add 10.8.0.1/24 dev d8", "addr add 10.9.0.1/24 dev d9",
                    "addr add fd00:8::1/64 dev d8 nodad", "addr add fd00:9::1/64 dev d9 nodad");
            try (Routes routes = new Routes()) {
                test.accept(routes);
            }
        });
    }

    private static int index(String device) {
        return Interfaces.index(device).orElseThrow();
    }

    private static Routes.Way way(String from, String to, int mark) {
        return new Routes.Way(IpAddress.of(from), IpAddress.of(to), mark);
    }
}
